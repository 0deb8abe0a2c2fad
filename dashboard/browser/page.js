// Puts the page together: inputs, plots and sentences on one side, the line to the server on the other.

import { Controls } from "./controls.js"
import { Figures } from "./figures.js"
import { read } from "./frames.js"
import { Gallery } from "./gallery.js"
import { Keys } from "./keys.js"
import { Link } from "./link.js"
import { Menus } from "./menus.js"
import { Motion } from "./motion.js"
import { Overlays } from "./overlays.js"
import { Paper } from "./paper.js"
import { Plots } from "./plots.js"
import { Pins } from "./pins.js"
import { Presets } from "./presets.js"
import { Readout } from "./readout.js"
import { Screen } from "./screen.js"
import { Share } from "./share.js"
import { Steps } from "./steps.js"
import { Tabs } from "./tabs.js"

const STILL = 300 // ms without a change after which the address follows
const find = (selector) => document.querySelector(selector)
const file = (name) => fetch(new URL(name, import.meta.url))
const asked = new URLSearchParams(location.search)
const OWN = ["theme", "tab", "lang", "pin", "lesson", "embed", "room", "v"] // of the page; all else in an address is a choice
const plain = [...asked.keys()].every((name) => OWN.includes(name)) // it opens with the example

const [constant, opening] = await Promise.all([
  file("constant.json").then((answer) => answer.json()),
  plain ? file("opening.bin").then((answer) => answer.arrayBuffer()) : null,
])
const one_of = (names, name) => names.includes(asked.get(name)) ? asked.get(name) : names[0]
const usual_tab = Object.keys(constant.tabs)[0]
const page = {
  own: ["lang", "lesson", "embed", "room"].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]),
  theme: constant.themes.find((name) => name === asked.get("theme")), // that was chosen; undefined follows the system
  tab: one_of(Object.keys(constant.tabs), "tab"),
}
const dark = matchMedia("(prefers-color-scheme: dark)")
const forced = matchMedia("(forced-colors: active)") // the system's own colours, which the plots must go with

const plots = new Plots(constant, (view) => link.look(view))
const figures = new Figures(constant, plots)
const readout = new Readout(find(".readout"))
const link = new Link({
  message: (message) => show(message),
  waiting: (late) => { find("#waiting").textContent = late ? "Waiting for the server…" : "" },
  lost: (sentence) => {
    write_address()
    find("#waiting").textContent = ""
    find("#connection").textContent = sentence
    find("#connection").hidden = false
  },
  back: () => { find("#connection").hidden = true },
}, page.tab)
const overlays = new Overlays(plots)
plots.on_rest = () => overlays.geometry.change()
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
const undo_and_redo = { undo: () => go("undo"), redo: () => go("redo") }
const controls = new Controls(find("nav"), constant, link, {
  ...undo_and_redo,
  hold: (held) => plots.axes.hold(held),
  step: (held) => motion.step(held),
  let_go: () => motion.let_go(),
})
new Menus()
const presets = new Presets(constant.presets, (key) => controls.choose_preset(key))
const room = new Screen((large) => {
  page.large = large
  if (plots.document) look()
})
new Keys({ ...undo_and_redo, pin: () => pins.take(), large: () => room.choose(!room.large) })
const paper = new Paper({
  link: () => picture(location.href, (drawn) => paper.print(drawn)),
  for_paper: () => {
    plots.look(constant.themes[0])
    return look
  },
  address: () => location.href,
  sentence: () => find(".sentence").textContent,
  rows: () => controls.rows(),
  figures: () => plots.pictures(page.tab),
})
const share = new Share({ address, picture })
new Gallery({
  link: () => `?${new URLSearchParams([["v", 1], ...address().filter(([name]) => !["theme", "lang", "room", "embed"].includes(name))])}`,
  picture: () => plots.picture("trace"),
  name: () => readout.seen.textContent,
  open: (query) => {
    const pinned = query.getAll("pin")
    open(query)
    pins.open(pinned) // after the choices, which end what was said of those before
    follow_later()
  },
})
document.documentElement.classList.toggle("embed", asked.get("embed") === "1")
find("#whole").onclick = () => { find("#whole").href = share.href(false) }
const steps = new Steps({
  open: (query) => open(query),
  moved: () => controls.offer(steps.at > 0, steps.at < steps.last),
})

const pins = new Pins(plots, link, {
  query: () => String(choices()),
  restore: (query) => {
    link.restore(Object.fromEntries(new URLSearchParams(query)), page.tab)
    follow_later()
  },
  tell: (sentence) => readout.tell(sentence),
  changed: () => { if (!follow) write_address() },
  fields: () => controls.declared(),
  named: (preset) => presets.named(preset),
})

let follow
function follow_later() {
  clearTimeout(follow)
  follow = setTimeout(() => controls.held() ? follow_later() : write_address(), STILL) // a drag is one step
}

function write_address() {
  clearTimeout(follow)
  follow = undefined
  const query = choices()
  if (page.tab !== usual_tab) query.set("tab", page.tab)
  steps.write(query, looks())
}

// What the address says besides the choices and the tab, which make a step.
function looks() {
  return [...(page.theme ? [["theme", page.theme]] : []), ...page.own, ...pins.in_address()]
}

function address() {
  return [...choices(), ...(page.tab === usual_tab ? [] : [["tab", page.tab]]), ...looks()]
}

let drawn
function picture(href, then) {
  drawn = then
  link.picture(href)
}

function choices() {
  const query = link.query()
  for (const name of OWN) query.delete(name)
  return query
}

function go(way) {
  if (follow) write_address() // what has not settled yet is undone first
  steps[way]()
}

function open(query) {
  clearTimeout(follow)
  follow = undefined
  const tab = query.get("tab") ?? usual_tab
  for (const name of OWN) query.delete(name)
  page.tab = tab in constant.tabs ? tab : usual_tab
  tabs.show(page.tab)
  plots.open(page.tab)
  overlays.listen()
  link.restore(Object.fromEntries(query), page.tab) // all values start from its preset, or from the first one
}

function of_system() {
  return dark.matches ? "dark" : "light"
}

function theme() {
  return forced.matches ? of_system() : page.theme ?? of_system()
}

function turn_theme() {
  const other = theme() === "dark" ? "light" : "dark"
  page.theme = other === of_system() ? undefined : other
  look()
  follow_later()
}

function look() {
  const name = document.documentElement.dataset.theme = theme()
  find("#theme").textContent = name === "dark" ? "Light" : "Dark"
  find("#theme").hidden = forced.matches
  plots.look(page.large ? `${name} large` : name)
}

function show(message) {
  plots.show(message)
  readout.show(message.texts ?? {}, message.answer?.address)
  if (message.texts?.picture !== undefined) drawn?.(message.texts.picture)
  figures.show(message.texts ?? {})
  if (message.texts?.caption !== undefined) tabs.tell(message.texts.caption, message.texts.measurable)
  if (message.answer) {
    for (const sentence of controls.show(message.answer)) readout.tell(sentence)
    presets.show(message.answer.values.preset)
  }
  pins.show(message.texts ?? {}, message.answer)
  overlays.show(message)
  if (message.answer) motion.settle()
  if (!message.answer?.seq) return
  if (!steps.fresh) follow_later()
  else if (!link.restoring()) write_address()
}

const turns = { ArrowLeft: () => plots.turn_to_spike(-1), ArrowRight: () => plots.turn_to_spike(1), Escape: () => plots.show_whole_run() }
for (const button of document.querySelectorAll("[data-key]")) button.onclick = () => turns[button.dataset.key]()
find("#trace_place").onkeydown = (event) => {
  if (!turns[event.key] || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  turns[event.key]()
}

find("#theme").onclick = turn_theme
tabs.show(page.tab)
await plots.embed(page.tab)
overlays.listen()
look()
dark.onchange = forced.onchange = look
if (opening) show(read(opening))
addEventListener("pagehide", () => { link.leaving = true })
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload() }) // out of the browser's own cache
if (asked.has("pin")) pins.open(asked.getAll("pin"))
link.connect(find("meta[name=token]").content, { hello: location.search, opening: plain })
