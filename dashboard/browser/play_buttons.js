// The row above the trace: play and pause, one step, back to the start; how fast; the poke; the sound's volume.

import { say } from "./words.js"

const TELL = 100 // ms; the time is written no more often than it can be read

const fraction = (speed) => (speed === 1 ? say("real time") : `1/${Math.round(1 / speed)}`)

export class Buttons {
  constructor(row, play, sound, offered) {
    this.play = play
    this.sound = sound
    this.parts = Object.fromEntries(["play", "step", "start", "speed", "poke", "strength", "volume", "heard"].map(
      (name) => [name, row.querySelector(`.${name}`)]))
    this.noise = document.querySelector("#sound")
    const { parts } = this
    parts.play.onclick = () => play.toggle()
    parts.step.onclick = () => play.step()
    parts.start.onclick = () => play.leave()
    parts.speed.replaceChildren(...offered.speeds.map((speed) => new Option(fraction(speed), String(speed))))
    parts.speed.value = String(offered.speed)
    parts.speed.onchange = () => play.choose_speed(Number(parts.speed.value))
    this.pokes(offered.poke)
    this.noise.onclick = () => this.turn_sound()
    parts.volume.oninput = () => sound.loud(Number(parts.volume.value))
    this.show()
  }

  // Pressed and held, by mouse, finger or key; it ends wherever the pointer is let go, and when the page loses the keys.
  pokes({ value, low, high, step }) {
    const { poke, strength } = this.parts, { play } = this
    Object.assign(strength, { value: String(value), min: String(low), max: String(high), step: String(step) })
    strength.onchange = () => {
      const wanted = Number(strength.value)
      play.strength = strength.value !== "" && wanted >= low && wanted <= high ? wanted : value
      strength.value = String(play.strength)
    }
    const press = (event) => {
      if (event.button) return
      poke.setPointerCapture(event.pointerId)
      play.press()
    }
    const key = (event, act) => {
      if (![" ", "Enter"].includes(event.key)) return
      event.preventDefault()
      act()
    }
    poke.onpointerdown = press
    poke.onpointerup = poke.onpointercancel = poke.onlostpointercapture = () => play.release()
    poke.oncontextmenu = (event) => event.preventDefault() // a finger that holds asks for one
    poke.onkeydown = (event) => key(event, () => play.press())
    poke.onkeyup = (event) => key(event, () => play.release())
    poke.onblur = () => play.release()
    addEventListener("blur", () => play.release())
    addEventListener("keyup", ({ key: name }) => { if (name.toLowerCase() === "x") play.release() })
  }

  async turn_sound() {
    await this.sound.turn(!this.sound.on)
    if (this.sound.on && this.play.mode === "run") this.play.play() // else there would be nothing to hear
    this.play.heard()
    this.show()
  }

  show() {
    const { mode } = this.play, { parts } = this, playing = mode === "playing"
    parts.play.textContent = playing ? say("❚❚ Pause") : say("▶ Play")
    parts.play.setAttribute("aria-pressed", String(playing))
    parts.start.disabled = mode === "run"
    parts.poke.classList.toggle("held", this.play.pressed !== undefined)
    parts.poke.setAttribute("aria-pressed", String(this.play.pressed !== undefined))
    this.noise.setAttribute("aria-pressed", String(this.sound.on))
    parts.volume.parentElement.hidden = !this.sound.on
    this.tell()
    this.announce(mode)
  }

  tell() {
    const now = performance.now()
    if (this.play.mode === "playing" && now - this.told < TELL) return
    this.told = now
    this.play.picture.tell(this.play.mode === "run" ? "" : this.play.said())
  }

  announce(mode) {
    const said = { run: "", playing: say("It runs."), paused: mode === "paused" ? say("It pauses at {moment}.", { moment: this.play.said() }) : "" }[mode]
    if (this.parts.heard.textContent !== said) this.parts.heard.textContent = said
  }
}
