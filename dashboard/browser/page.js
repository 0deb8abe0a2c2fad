// Puts the page together: inputs, plots and sentences on one side, the line to the server on the other.

import { Class } from "./class.js"
import { Controls } from "./controls.js"
import { Figures } from "./figures.js"
import { read } from "./frames.js"
import { Keys } from "./keys.js"
import { Link } from "./link.js"
import { Motion } from "./motion.js"
import { Overlays } from "./overlays.js"
import { Paper } from "./paper.js"
import { Plots } from "./plots.js"
import { Readout } from "./readout.js"
import { Screen } from "./screen.js"
import { Steps } from "./steps.js"
import { Tabs } from "./tabs.js"

const STILL = 300 // ms without a change after which the address follows
const find = (selector) => document.querySelector(selector)
const file = (name) => fetch(new URL(name, import.meta.url))
const asked = new URLSearchParams(location.search)
const plain = [...asked.keys()].every((name) => ["theme", "tab", "room"].includes(name)) // it opens with the example

const [constant, opening] = await Promise.all([
  file("constant.json").then((answer) => answer.json()),
  plain ? file("opening.bin").then((answer) => answer.arrayBuffer()) : null,
])
const one_of = (names, name) => names.includes(asked.get(name)) ? asked.get(name) : names[0]
const usual_tab = Object.keys(constant.tabs)[0]
const page = {
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
  back: () => {
    find("#connection").hidden = true
    together.connected()
  },
  wanted: () => together.wanted(),
}, page.tab)
const together = new Class({
  say: (message) => link.say(message),
  following: () => link.following,
  follow: () => link.follow(),
  go_on: () => link.go_on(),
  lead: () => {
    if (link.following) link.greet_again()
    link.flag("lead") // the answer is what all others see
  },
  moved: () => follow_later(),
  open_lesson: () => {},
  votes: () => {},
  points: (lesson, points) => find("#class_line").dispatchEvent(new CustomEvent("points", { detail: { lesson, points } })),
})
find("#class_line").answers = together // for whatever asks a class
const overlays = new Overlays(plots, () => page.tab, () => [...link.query()].map((choice) => choice.join(" = ")).join(", "))
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
const room = new Screen((large) => {
  page.large = large
  if (plots.document) look()
})
new Keys({ ...undo_and_redo, large: () => room.choose(!room.large) })
const paper = new Paper({
  link: () => link.picture(passed_on()),
  for_paper: () => {
    plots.look(constant.themes[0])
    return look
  },
  address: () => passed_on(),
  sentence: () => find(".sentence").textContent,
  rows: () => controls.rows(),
  figures: () => plots.pictures(page.tab),
})
const steps = new Steps({
  open: (query) => open(query),
  moved: () => controls.offer(steps.at > 0, steps.at < steps.last),
})

let follow
function follow_later() {
  clearTimeout(follow)
  follow = setTimeout(() => controls.held() ? follow_later() : write_address(), STILL) // a drag is one step
}

function write_address() {
  clearTimeout(follow)
  follow = undefined
  const query = link.query()
  for (const name of ["theme", "tab", "room"]) query.delete(name)
  if (page.tab !== usual_tab) query.set("tab", page.tab)
  if (link.following) steps.fresh = true // the steps are those of the lecturer
  const besides = { theme: page.theme, room: together.secret ? undefined : together.code }
  steps.write(query, Object.entries(besides).filter(([, value]) => value), together.hash)
}

// The address without what is this page's own: a room, and the secret that leads it.
function passed_on() {
  const address = new URL(location.href)
  address.hash = ""
  address.searchParams.delete("room")
  return address.href
}

function go(way) {
  if (follow) write_address() // what has not settled yet is undone first
  steps[way]()
}

function open(query) {
  clearTimeout(follow)
  follow = undefined
  const { tab = usual_tab, theme, room, ...choices } = Object.fromEntries(query)
  turn_to(tab in constant.tabs ? tab : usual_tab)
  link.restore(choices, page.tab)
}

function turn_to(tab) {
  page.tab = tab
  tabs.show(tab)
  plots.open(tab)
  overlays.listen()
}

// What the lecturer has chosen; axes and ghost behave as if a slider were moved here.
function see_room({ show: shown, ...told }, message) {
  together.take(told)
  if (!shown) return
  if (shown.tab !== page.tab) turn_to(shown.tab)
  if (shown.address !== link.address) motion.step(false)
  link.show_room(shown)
  show({ ...message, answer: { ...shown, refused: {} } })
  follow_later()
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
  if (message.room && !message.answer) return see_room(message.room, message)
  plots.show(message)
  readout.show(message.texts ?? {})
  if (message.texts?.picture !== undefined) paper.print(message.texts.picture)
  figures.show(message.texts ?? {})
  if (message.texts?.caption !== undefined) tabs.tell(message.texts.caption, message.texts.measurable)
  if (message.answer) controls.show(message.answer)
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
link.following = together.following
link.connect(find("meta[name=token]").content, { hello: location.search, opening: plain })
