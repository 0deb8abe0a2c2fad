// Puts the page together: inputs, plots and sentences on one side, the line to the server on the other.

import { Controls } from "./controls.js"
import { Buttons } from "./play_buttons.js"
import { Figures } from "./figures.js"
import { read } from "./frames.js"
import { Keys } from "./keys.js"
import { Link } from "./link.js"
import { Motion } from "./motion.js"
import { Overlays } from "./overlays.js"
import { Paper } from "./paper.js"
import { Play } from "./play.js"
import { Plots } from "./plots.js"
import { Readout } from "./readout.js"
import { Screen } from "./screen.js"
import { Sound } from "./sound.js"
import { Steps } from "./steps.js"
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
    play.lost()
    write_address()
    find("#waiting").textContent = ""
    find("#connection").textContent = sentence
    find("#connection").hidden = false
  },
  back: () => { find("#connection").hidden = true },
  chosen: () => play.choice_made(),
  ahead: () => play.wish(),
}, page.tab)
const overlays = new Overlays(plots, () => page.tab, () => [...link.query()].map((choice) => choice.join(" = ")).join(", "))
plots.on_rest = () => overlays.geometry.change()
const sound = new Sound((sentence) => readout.tell(sentence))
const play = new Play(plots, overlays.geometry, overlays.crosshair, sound, constant.play, {
  ask: () => link.flag("play"),
  moved: () => transport.tell(),
  changed: () => transport.show(),
  refused: (sentence) => readout.tell(sentence),
})
const transport = new Buttons(find(".transport"), play, sound, constant.play)
overlays.on_place = () => play.place()
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
new Keys({
  ...undo_and_redo,
  large: () => room.choose(!room.large),
  play: () => play.toggle(),
  poke: () => play.press(),
  sound: () => transport.turn_sound(),
})
const paper = new Paper({
  link: () => {
    play.pause() // what scrolls is no plot, and would not be on the paper
    link.picture(location.href)
  },
  for_paper: () => {
    plots.look(constant.themes[0])
    return look
  },
  address: () => location.href,
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
  for (const name of ["theme", "tab"]) query.delete(name)
  if (page.tab !== usual_tab) query.set("tab", page.tab)
  steps.write(query, page.theme ? [["theme", page.theme]] : [])
}

function go(way) {
  if (follow) write_address() // what has not settled yet is undone first
  steps[way]()
}

function open(query) {
  clearTimeout(follow)
  follow = undefined
  const { tab = usual_tab, theme, ...choices } = Object.fromEntries(query)
  page.tab = tab in constant.tabs ? tab : usual_tab
  tabs.show(page.tab)
  plots.open(page.tab)
  overlays.listen()
  link.restore(choices, page.tab)
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
  play.show(message)
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

const turns = { ArrowLeft: () => turn_to_spike(-1), ArrowRight: () => turn_to_spike(1), Escape: () => plots.show_whole_run() }
function turn_to_spike(turn) {
  play.pause()
  plots.turn_to_spike(turn)
}
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
link.connect(find("meta[name=token]").content, { hello: location.search, opening: plain })
