// Puts the page together: inputs, plots and sentences on one side, the line to the server on the other.

import { Controls } from "./controls.js"
import { read } from "./frames.js"
import { Link } from "./link.js"
import { Motion } from "./motion.js"
import { Overlays } from "./overlays.js"
import { Plots } from "./plots.js"
import { Readout } from "./readout.js"
import { Tabs } from "./tabs.js"

const STILL = 300 // ms without a change after which the address follows
const find = (selector) => document.querySelector(selector)
const file = (name) => fetch(new URL(name, import.meta.url))
const asked = new URLSearchParams(location.search)
const plain = [...asked.keys()].every((name) => name === "theme" || name === "tab") // it opens with the example

const [constant, opening] = await Promise.all([
  file("constant.json").then((answer) => answer.json()),
  plain ? file("opening.bin").then((answer) => answer.arrayBuffer()) : null,
])
const one_of = (names, name) => names.includes(asked.get(name)) ? asked.get(name) : names[0]
const usual = { theme: constant.themes[0], tab: Object.keys(constant.tabs)[0] }
const page = { theme: one_of(constant.themes, "theme"), tab: one_of(Object.keys(constant.tabs), "tab") }
const wide = matchMedia("(min-width: 1700px)") // a projector: the plots take larger letters

const plots = new Plots(constant)
const readout = new Readout(find(".readout"))
const link = new Link({
  message: (message) => show(message),
  waiting: (late) => { find("#waiting").textContent = late ? "Waiting for the server…" : "" },
  lost: (sentence) => {
    clearTimeout(follow)
    write_address()
    find("#waiting").textContent = ""
    find("#connection").textContent = sentence
    find("#connection").hidden = false
  },
  back: () => { find("#connection").hidden = true },
}, page.tab)
const overlays = new Overlays(plots, () => page.tab, () => [...link.query()].map((choice) => choice.join(" = ")).join(", "))
const tabs = new Tabs(find(".tabs"), constant.tabs, {
  ask: () => link.flag("ask"),
  choose: (name) => {
    page.tab = name
    plots.open(name)
    overlays.listen()
    link.open(name)
    follow_later()
  },
})
const motion = new Motion({ begin: () => plots.begin(), end: () => plots.end(), settled: () => link.settled() })
const controls = new Controls(find("nav"), constant.layouts, link, {
  theme: (name) => set_theme(name),
  hold: (held) => plots.axes.hold(held),
  step: (held) => motion.step(held),
  let_go: () => motion.let_go(),
})

let follow
function follow_later() {
  clearTimeout(follow)
  follow = setTimeout(write_address, STILL)
}

function write_address() {
  const query = link.query()
  for (const name of Object.keys(usual)) {
    query.delete(name)
    if (page[name] !== usual[name]) query.set(name, page[name])
  }
  history.replaceState(null, "", String(query) ? `?${query}` : location.pathname)
}

function set_theme(name) {
  page.theme = document.documentElement.dataset.theme = name
  controls.retitle(name)
  look()
  follow_later()
}

function look() {
  plots.look(wide.matches ? `${page.theme} large` : page.theme)
}

function show(message) {
  plots.show(message)
  readout.show(message.texts ?? {})
  if (message.texts?.caption !== undefined) tabs.tell(message.texts.caption)
  if (message.answer) controls.show(message.answer)
  overlays.show(message)
  if (message.answer) motion.settle()
  if (message.answer && message.answer.address !== undefined && message.answer.seq) follow_later()
}

document.documentElement.dataset.theme = page.theme
controls.retitle(page.theme)
tabs.show(page.tab)
await plots.embed(page.tab)
overlays.listen()
look()
wide.onchange = look
if (opening) show(read(opening))
addEventListener("pagehide", () => { link.leaving = true })
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload() }) // out of the browser's own cache
link.connect(find("meta[name=token]").content, { hello: location.search, opening: plain })
