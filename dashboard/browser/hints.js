// The first ninety seconds: one hint at a time beside the sentence, which goes on with what the visitor does. Whoever
// dismisses them, or has seen all, is left alone from then on.

import { read, write } from "./store.js"
import { say } from "./words.js"
import { letters } from "./written.js"

const OVER = "over"
const PIN = "[aria-keyshortcuts='P']"

// Each: what it says, of which element (or input) it speaks, and whether the visitor has done it; by a click where it
// does not say. One whose element is not there is left out.
const HINTS = [
  { of: "I", say: () => say("Drag the current I: everything follows."), done: ({ I, moved }, before) => moved === "I" && I !== before.I },
  { of: "I", say: () => say("Drag the current down until the neuron is silent: the sentence above the plots says how far it is from firing."), done: ({ distance, spikes }) => distance < 0 && spikes === 0 },
  { of: "I", say: () => say("Now the current up again, and look at the phase line: where the two dots meet, firing starts."), done: ({ distance, spikes }) => distance > 0 && spikes > 0 },
  { at: "#sound", say: () => say("Hear it: turn the sound on.") },
  { at: PIN, say: () => say("Keep these curves to compare: press {button}.", { button: document.querySelector(PIN).textContent.trim() }), done: ({ pins }, before) => pins > before.pins },
  { of: "delta_T", say: () => say("Change Δ_T, how gradually a spike starts: the f-I curves cross."), done: ({ delta_T, moved }, before) => moved === "delta_T" && delta_T !== before.delta_T },
  { at: "#share", say: () => say("Share makes a link to what you see.") },
  { at: "#export", say: () => say("Export gives a script that draws this figure again, with the same spike times.") },
  { at: "#lessons", say: () => say("Nine lessons go on from here: keys 1 to 9.") },
]

export class Hints {
  constructor(element) {
    this.element = element
    this.text = element.querySelector("p")
    this.now = { pins: 0 }
    element.querySelector(".skip_hint").onclick = () => this.go(this.at + 1)
    element.querySelector(".end_hints").onclick = () => this.go(HINTS.length)
    document.addEventListener("pins", ({ detail }) => this.see({ pins: detail.count }))
    addEventListener("click", ({ target }) => {
      const { at, done } = HINTS[this.at] ?? {}
      if (at && !done && target.closest(at)) this.go(this.at + 1)
    })
    if (matchMedia("(max-width: 900px)").matches) document.querySelector(".inputs").before(element) // beside what it speaks of
    const kept = read("hints")
    this.at = kept === OVER ? HINTS.length : HINTS[kept] ? Number(kept) : 0
  }

  // A person has moved an input: what a preset, a shape or a lesson changes is nobody's hand.
  touch(name) {
    this.now.moved = name
  }

  again() {
    this.go(0)
  }

  // `news` holds what has changed: values, run, pins
  see({ values, run, pins }) {
    Object.assign(this.now, values, run, pins !== undefined && { pins })
    if (!("I" in this.now)) return // the first run is still to come
    if (!this.shown) return this.go(this.at)
    if (HINTS[this.at]?.done?.(this.now, this.before)) this.go(this.at + 1)
  }

  // To the next one that can be followed, or to the end.
  go(from) {
    this.at = from
    while (HINTS[this.at]?.at && !document.querySelector(HINTS[this.at].at)?.checkVisibility()) this.at += 1
    const hint = HINTS[this.at]
    this.shown = true
    this.now.moved = undefined
    this.before = { ...this.now }
    write("hints", hint ? String(this.at) : OVER)
    this.element.hidden = !hint
    for (const each of document.querySelectorAll("nav .invites")) each.classList.remove("invites")
    if (!hint) return
    this.text.replaceChildren(...letters(hint.say()))
    if (hint.of) document.querySelector(`nav [data-name="${hint.of}"]`)?.classList.add("invites")
  }
}
