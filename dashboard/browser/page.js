// Puts the page together: inputs, plots and sentences on one side, the line to the server on the other.

import { Class } from "./class.js"
import { Controls } from "./controls.js"
import { Drawn } from "./drawn.js"
import { Equation } from "./equation.js"
import { Export } from "./export.js"
import { Figures } from "./figures.js"
import { read } from "./frames.js"
import { Gallery } from "./gallery.js"
import { Hints } from "./hints.js"
import { Keys } from "./keys.js"
import { Lessons } from "./lesson.js"
import { LessonList } from "./lessonlist.js"
import { Link } from "./link.js"
import { Menus } from "./menus.js"
import { Motion } from "./motion.js"
import { Overlays } from "./overlays.js"
import { Paper } from "./paper.js"
import { Picture } from "./picture.js"
import { Pencil } from "./pencil.js"
import { Pins } from "./pins.js"
import { Play } from "./play.js"
import { Buttons } from "./play_buttons.js"
import { Plots } from "./plots.js"
import { Presets } from "./presets.js"
import { Readout } from "./readout.js"
import { Recording } from "./recording.js"
import { Screen } from "./screen.js"
import { linked, Share } from "./share.js"
import { Sound } from "./sound.js"
import { Steps } from "./steps.js"
import { Tabs } from "./tabs.js"
import { language, say, speak } from "./words.js"

const STILL = 300 // ms without a change after which the address follows
const find = (selector) => document.querySelector(selector)
const file = (name) => fetch(new URL(name, import.meta.url))
const spoken = (name) => language === "en" ? name : name.replace(".", `.${language}.`) // a file with words in it
const asked = new URLSearchParams(location.search)
const OWN = ["theme", "tab", "lang", "pin", "lesson", "embed", "room", "v", "recording"] // of the page; all else in an address is a choice
const plain = [...asked.keys()].every((name) => OWN.includes(name)) // it opens with the example

const [constant, opening] = await Promise.all([
  file(spoken("constant.json")).then((answer) => answer.json()),
  plain ? file(spoken("opening.bin")).then((answer) => answer.arrayBuffer()) : null,
])
speak(constant.words)
const one_of = (names, name) => names.includes(asked.get(name)) ? asked.get(name) : names[0]
const usual_tab = Object.keys(constant.tabs)[0]
const page = {
  own: ["embed"].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]),
  theme: constant.themes.find((name) => name === asked.get("theme")), // that was chosen; undefined follows the system
  lang: [...find("#language").options].map(({ value }) => value).find((name) => name === asked.get("lang")), // as the theme
  tab: one_of(Object.keys(constant.tabs), "tab"),
}
const dark = matchMedia("(prefers-color-scheme: dark)")
const forced = matchMedia("(forced-colors: active)") // the system's own colours, which the plots must go with

const plots = new Plots(constant, (view) => link.look(view))
const figures = new Figures(constant, plots)
const readout = new Readout(find(".readout"))
const link = new Link({
  message: (message) => show(message),
  waiting: (late) => { find("#waiting").textContent = late ? say("Waiting for the server…") : "" },
  lost: (sentence) => {
    play.lost()
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
  chosen: () => play.choice_made(),
  ahead: () => play.wish(),
}, page.tab)
const equation = new Equation(find(".equation"), (name) => {
  const input = find(`nav [data-name="${name}"] :is(input, select)`)
  if (!input) return
  input.closest("details").open = true
  input.focus()
})
const hints = new Hints(find(".hint"))
const together = new Class({
  say: (message) => link.say(message),
  following: () => link.following,
  follow: () => { // whatever moves by itself here would let go again
    controls.stop()
    play.leave()
    link.follow()
  },
  go_on: () => link.go_on(),
  lead: () => {
    if (link.following) link.greet_again()
    link.flag("lead") // the answer is what all others see
  },
  moved: () => follow_later(),
  open_lesson: (told) => { if (together.following) lessons.follow(told) },
  votes: (lesson, counts) => lessons.show_votes(lesson, counts),
  points: (lesson, points) => lessons.show_points(lesson, points),
})
find("#class_line").answers = together // for whatever asks a class
const overlays = new Overlays(plots, (action) => link.gather(action))
plots.on_rest = () => {
  overlays.geometry.change()
  lessons.see({}) // what is measured is there now
}
let drawn // the input of the drawn current, while that flows
const pencil = new Pencil(overlays.geometry, {
  points: () => drawn.points,
  limits: () => drawn.field.drawn,
  draw: (points) => {
    motion.step(drawn.held)
    drawn.held = true
    drawn.set(points)
  },
  done: () => {
    drawn.held = false
    motion.let_go()
  },
})
const sound = new Sound((sentence) => readout.tell(sentence))
const play = new Play(plots, overlays.geometry, overlays.crosshair, sound, constant.play, {
  ask: () => link.flag("play"),
  moved: () => transport.tell(),
  changed: () => transport.show(),
  refused: (sentence) => readout.tell(sentence),
})
const transport = new Buttons(find(".transport"), play, sound, constant.play)
overlays.on_place = () => {
  play.place()
  pencil.place(drawn !== undefined)
}
const recording = new Recording(find("[data-tab=recording]"), constant.recording, {
  show: (sources, ranges, measured) => {
    plots.show({ sources, ranges })
    figures.show({ measured })
  },
  use: (choices) => {
    link.restore(choices, page.tab)
    follow_later()
  },
  changed: () => follow_later(),
})
const tabs = new Tabs(find(".tabs"), constant.tabs, {
  ask: () => link.flag("ask"),
  choose: (name) => {
    page.tab = name
    open_tab(name)
    link.open(name)
    lessons.see({ tab: name })
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
  drawn: (field) => {
    drawn = new Drawn(field, (text) => link.choose({ [field.name]: text }))
    if (link.drawn) drawn.take(link.drawn)
    return drawn
  },
  chosen: (name) => {
    hints.touch(name)
    steps.leave()
    equation.light(name)
  },
})
const lessons = new Lessons(constant.lessons, find("#lesson"), {
  load: (name) => file(`lesson-${name}.json`).then((answer) => answer.json()),
  open: (choices, tab) => {
    if (choices) open(new URLSearchParams({ ...choices, tab: tab ?? page.tab }))
    else tabs.choose(tab)
  },
  measured: () => plots.columns("gain_simulated").f?.length ?? 0,
  fitted: () => plots.source("recorded_spikes")?.get_length() ?? 0,
  step: (lesson, step) => together.lesson(lesson, step),
  vote: (lesson, option) => together.vote(lesson, option),
  point: (lesson, x, y) => together.point(lesson, x, y),
  changed: (name) => {
    page.lesson = name
    follow_later()
  },
})
new Menus()
const presets = new Presets(constant.presets, (key) => controls.choose_preset(key))
new LessonList(find("#lesson_list"), constant.lessons, (name) => lessons.open(name))
const room = new Screen((large) => {
  page.large = large
  if (plots.document) look()
})
const keys = new Keys({
  ...undo_and_redo,
  large: () => room.choose(!room.large),
  lesson: (number) => lessons.open_number(number),
  pin: () => pins.take(),
  play: () => play.toggle(),
  poke: () => play.press(),
  sound: () => transport.turn_sound(),
})
find("#hints_again").onclick = () => {
  keys.dialog.close()
  hints.again()
}
const paper = new Paper({
  link: () => {
    play.pause() // what scrolls is no plot, and would not be on the paper
    picture(passed_on(), (drawn) => paper.print(drawn))
  },
  for_paper: in_light_colours,
  address: () => passed_on(),
  sentence: () => find(".sentence").textContent,
  rows: () => controls.rows(page.tab),
  figure: () => new Picture(plots, plots.seen(page.tab)).svg(document.title),
})
link.longest_drawn = constant.layouts.drawn.flatMap(({ fields }) => fields).find((field) => field.drawn).drawn.longest
new Export(constant, {
  plots: () => plots,
  seen: () => {
    play.pause() // what scrolls is no plot, and would not be in the picture
    return plots.seen(page.tab)
  },
  query: () => link.query(),
  drawn: () => drawn?.value,
  words: () => ({
    sentence: find(".sentence").textContent,
    parameters: controls.rows(page.tab).map(([name, symbol, value]) => `${symbol || name} ${value}`.trim()).join(", "),
    link: passed_on(),
  }),
  light: in_light_colours,
})
const share = new Share({ address, picture })
new Gallery({
  link: () => linked(address().filter(([name]) => !["theme", "lang"].includes(name))),
  picture: () => {
    play.pause()
    return plots.drawn("trace", "png")
  },
  name: () => readout.seen.textContent,
  open: (query) => {
    const pinned = query.getAll("pin")
    link.gather(() => {
      open(query)
      pins.open(pinned) // after the choices, which end what was said of those before
    })
    follow_later()
  },
})
document.documentElement.classList.toggle("embed", asked.get("embed") === "1")
find("#whole").onclick = () => { find("#whole").href = passed_on() }
const steps = new Steps({
  open: (query, beside) => open(query, beside),
  moved: () => controls.offer(steps.at > 0, steps.at < steps.last),
}, asked.get("embed") === "1")

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
  if (link.following) steps.fresh = true // the steps are those of the lecturer
  const beside = drawn?.value.length > link.longest_drawn ? drawn.value : undefined
  const code = together.secret ? undefined : together.code
  steps.write(query, [...looks(), ...(code ? [["room", code]] : [])], { hash: together.hash, beside, alone: together.alone })
}

// What the address says besides the choices and the tab, which make a step.
function looks() {
  const named = Object.entries({ theme: page.theme, lang: page.lang, lesson: page.lesson }).filter(([, chosen]) => chosen)
  return [...named, ...page.own, ...pins.in_address(), ...(page.tab === "recording" ? recording.in_address() : [])]
}

// What a link says that is passed on: nothing of a class.
function address() {
  return [...choices(), ...(page.tab === usual_tab ? [] : [["tab", page.tab]]), ...looks()]
}

let wanted_picture
function picture(href, then) {
  wanted_picture = then
  link.picture(href)
}

function choices() {
  const query = link.query()
  for (const name of OWN) query.delete(name)
  return query
}

// The address without what is this page's own: a room, and the secret that leads it.
function passed_on() {
  return share.href(false)
}

function go(way) {
  if (follow || (!steps.fresh && !link.settled())) write_address() // what has not settled yet is undone first
  steps[way]()
}

function open(query, beside) {
  clearTimeout(follow)
  follow = undefined
  controls.stop()
  const tab = query.get("tab") ?? usual_tab
  for (const name of OWN) query.delete(name)
  turn_to(Object.hasOwn(constant.tabs, tab) ? tab : usual_tab)
  if (beside) query.set("drawn", beside)
  link.restore(Object.fromEntries(query), page.tab) // all values start from its preset, or from the first one
}

function turn_to(tab) {
  page.tab = tab
  tabs.show(tab)
  open_tab(tab)
}

function open_tab(name) {
  plots.open(name)
  overlays.listen()
  if (name === "recording") recording.open(asked.get("recording"))
}

// What the lecturer has chosen; axes and ghost behave as if a slider were moved here.
function see_room({ show: shown, ...told }, message) {
  together.take(told)
  if (told.pictured !== undefined) wanted_picture?.(told.pictured)
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

// For paper and pictures; what is returned takes the colours back.
function in_light_colours() {
  document.documentElement.dataset.theme = constant.themes[0]
  plots.look(constant.themes[0])
  return look
}

function look() {
  const name = document.documentElement.dataset.theme = theme()
  find("#theme").textContent = name === "dark" ? say("Light") : say("Dark")
  find("#theme").hidden = forced.matches
  plots.look(page.large ? `${name} large` : name)
}

function show(message) {
  if (message.room && !message.answer) return see_room(message.room, message)
  plots.show(message)
  play.show(message)
  readout.show(message.texts ?? {}, message.answer?.address)
  if (message.texts?.picture !== undefined) wanted_picture?.(message.texts.picture)
  figures.show(message.texts ?? {})
  if (message.texts?.caption !== undefined) tabs.tell(message.texts.caption, message.texts.measurable)
  if (message.answer) {
    if (message.answer.kind !== "drawn") drawn = undefined
    for (const sentence of controls.show(message.answer)) readout.tell(sentence)
    presets.show(message.answer.values.preset)
  }
  pins.show(message.texts ?? {}, message.answer)
  if (message.texts?.drawn !== undefined) {
    link.drawn = message.texts.drawn
    if (!link.holds("drawn")) drawn?.take(link.drawn)
  }
  overlays.show(message)
  if (message.answer) motion.settle()
  const news = { values: message.answer?.values, run: message.texts?.run, tab: page.tab }
  if (news.values) equation.show(news.values)
  hints.see(news)
  lessons.see(news)
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
find("#language").onchange = ({ target }) => {
  page.lang = target.value
  write_address() // with all choices: the page in the other language opens with them
  location.reload()
}
tabs.show(page.tab)
await plots.embed(page.tab)
open_tab(page.tab)
look()
dark.onchange = forced.onchange = look
if (opening) show(read(opening))
const asked_lesson = constant.lessons.find(({ name, problem }) => name === asked.get("lesson") && !problem)
if (asked_lesson) lessons.open(asked_lesson.name, { as_it_is: !plain || together.following })
addEventListener("pagehide", () => { link.leaving = true })
addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload() }) // out of the browser's own cache
link.drawn = history.state?.beside // a drawing too long for the address outlives that the page is loaded anew
if (asked.has("pin") && !together.following) pins.open(asked.getAll("pin"))
link.following = together.following
link.connect(find("meta[name=token]").content, { hello: location.search, opening: plain })
