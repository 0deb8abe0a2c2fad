// The plots: one Bokeh document, embedded once. Columns, axes and looks reach its models by the names the page knows.

import { Axes } from "./axes.js"
import { Colours } from "./colours.js"
import { Window } from "./window.js"
import { written } from "./words.js"

const { Bokeh } = window
const FIRST = ["trace", "current"] // the plots that the eye follows
const PLAYED = ["trace", "current", "spikes", "noise_band", "noise_name"] // what is of the run from its start, and of no other time
const MOST_TICKS = 5, TICK_ROOM = { height: 28, width: 56 } // of an axis; px for each

function* within(element) { // shadows included
  for (const child of [...element.children, ...(element.shadowRoot?.children ?? [])]) {
    yield child
    yield* within(child)
  }
}

export class Plots {
  // `look(view)` is called when another part of the run is seen, or again all of it: [start, end] in ms, or null
  constructor(constant, look) {
    this.constant = constant
    this.on_look = look
    this.opened = new Set(Object.keys(constant.places).filter((view) => !(view in constant.figures)))
    this.marks = new Map([...document.querySelectorAll("[data-mark]")].map((item) => [item.dataset.mark, item]))
    this.axes = new Axes((axis, span) => this.move(axis, span))
    this.first = new Set(FIRST.flatMap((view) => Object.keys(constant.drawn[view])))
    this.later = { sources: {}, ranges: {} }
    this.colours = new Colours(this)
  }

  async embed(tab) {
    const { document: json, places, tabs, figures } = this.constant
    for (const view of tabs[tab].views) { // this tab's plots come with the document, the others when they are seen
      const place = json.roots.find((root) => root.id === places[view].id)
      place.attributes.children = figures[view]
      this.opened.add(view)
    }
    const elements = Object.fromEntries(Object.entries(places).map(([view, { id }]) => [id, `${view}_place`]))
    const item = { docid: "page", roots: elements, root_ids: json.roots.map(({ id }) => id) }
    await Bokeh.embed.embed_items({ page: json }, [item])
    this.document = Bokeh.documents.at(-1)
    for (const view of this.opened) this.listen(view)
    const time = this.constant.axes.trace[0]
    this.window = new Window(this.model(time), () => this.axes.whole(time.id), () => this.looked())
  }

  model({ id }) {
    return this.document.get_model_by_id(id)
  }

  source(name) {
    return this.model(this.constant.sources[name])
  }

  columns(source) {
    if (this.colours.holds(source)) return this.colours.table()
    const { data } = this.source(source)
    return data instanceof Map ? Object.fromEntries(data) : data
  }

  listen(view) {
    const figure = this.model(this.constant.plots[view])
    figure.on_event("doubletap", () => figure.reset.emit())
    if (matchMedia("(pointer: coarse)").matches) figure.toolbar.visible = false // a finger would be covered with tools
    for (const size of [figure.properties.inner_height, figure.properties.inner_width]) {
      size.change.connect(() => this.space_ticks(figure))
      if (!size.is_unset) this.space_ticks(figure) // else it is still to be laid out
    }
    for (const axis of [...figure.left, ...figure.below, ...figure.right]) this.spell(axis.formatter)
    for (const pin of Object.values(this.constant.pins)) if (pin.view === view) this.clip(pin.renderer)
    this.pass_by(view)
  }

  // The numbers at the ticks, as the language of the page writes them.
  spell(formatter) {
    const format = formatter.doFormat.bind(formatter)
    formatter.doFormat = (...ticks) => format(...ticks).map(written)
  }

  // Bokeh lets what lies on the upper canvas, as its tools do, run beyond the axes.
  async clip({ id }) {
    while (!Bokeh.index.find_one_by_id(id)) await new Promise(requestAnimationFrame) // until its plot is built
    Object.defineProperty(Bokeh.index.find_one_by_id(id), "needs_clip", { value: true })
  }

  // Bokeh lets the Tab key stop at canvases and tools, which have no role and answer no key.
  async pass_by(view) {
    const place = document.getElementById(`${view}_place`)
    const stops = () => [...within(place)].filter((each) => each.tabIndex === 0)
    const unmake = () => { for (const each of stops()) each.tabIndex = -1 }
    place.onpointerenter = place.onpointerleave = unmake // tools are drawn anew when they are seen or used
    while (!stops().length) await new Promise(requestAnimationFrame) // until it is drawn
    unmake()
  }

  // A small plot has fewer ticks, so that their numbers do not stand on each other.
  space_ticks({ left, below, inner_height, inner_width }) {
    for (const [axes, room] of [[left, inner_height / TICK_ROOM.height], [below, inner_width / TICK_ROOM.width]]) {
      const most = Math.max(2, Math.min(MOST_TICKS, Math.floor(room)))
      for (const { ticker } of axes) if (ticker.type === "BasicTicker") ticker.desired_num_ticks = most
    }
  }

  open(tab) {
    const { tabs, places, figures } = this.constant
    const fresh = tabs[tab].views.filter((view) => !this.opened.has(view))
    if (!fresh.length) return
    const events = fresh.map((view) => ({ kind: "ModelChanged", model: places[view], attr: "children", new: figures[view] }))
    this.document.apply_json_patch({ events })
    for (const view of fresh) {
      this.opened.add(view)
      this.listen(view)
    }
    this.look(this.shown)
  }

  look(name) {
    this.shown = name
    const changes = new Map()
    for (const [{ id }, attribute, value] of this.constant.looks[name]) {
      changes.set(id, { ...changes.get(id), [attribute]: value })
    }
    for (const [id, attributes] of changes) this.model({ id })?.setv(attributes)
  }

  // What the eye follows is painted in the next frame, and the rest in the one after it, with whatever is newest then.
  show({ sources, ranges }) {
    const now = { sources: {}, ranges: {} }
    for (const [name, columns] of Object.entries(sources)) {
      if (!(name in this.constant.sources)) continue // it is to be played
      (this.first.has(name) ? now : this.later).sources[name] = columns
    }
    for (const [view, spans] of Object.entries(ranges ?? {})) {
      (FIRST.includes(view) ? now : this.later).ranges[view] = spans
    }
    this.paint(now)
    if (ranges) this.window.look()
    this.name_levels()
    this.frame ??= requestAnimationFrame(() => setTimeout(() => this.show_rest()))
  }

  show_rest() {
    this.frame = undefined
    const { later } = this
    this.later = { sources: {}, ranges: {} }
    this.paint(later)
    this.on_rest?.()
  }

  paint({ sources, ranges }) {
    for (const [name, columns] of Object.entries(sources)) {
      const source = this.source(name)
      if (this.set_aside?.has(name)) this.set_aside.set(name, columns)
      else if (source) this.fill(name, source, columns)
    }
    this.stretch_levels()
    for (const [view, spans] of Object.entries(ranges)) {
      if (!this.opened.has(view)) continue
      this.constant.axes[view].forEach(({ id }, each) => this.axes.want(id, spans.slice(2 * each, 2 * each + 2)))
    }
  }

  // The legend names the marks that are there.
  fill(name, source, columns) {
    source.data = this.colours.holds(name) ? this.colours.image(source, columns) : columns
    this.marks.get(name)?.classList.toggle("absent", !source.get_length())
  }

  looked() {
    this.name_levels()
    this.on_look(this.window.view)
  }

  // The names of the levels stand at the right end of what is seen.
  name_levels() {
    const names = this.source("level_names"), { end } = this.window.range
    const t = names.data.t?.map(() => end)
    if (t?.length && t[0] !== names.data.t[0]) names.data = { ...names.data, t }
  }

  // The levels reach across all that can be seen.
  stretch_levels() {
    const span = this.axes.taken.get(this.constant.axes.trace[0].id), levels = span && this.source("levels")
    if (!levels || levels.data.t?.[0] === span[0]) return
    levels.data = { ...levels.data, t: levels.data.t.map(() => span[0]), t_end: levels.data.t.map(() => span[1]) }
  }

  // -- a neuron that runs: another time axis, and its own columns where it pauses -------------------------------------
  play(axis, span, columns) {
    this.set_aside ??= new Map(PLAYED.map((name) => [name, this.columns(name)])) // newer ones are not painted meanwhile
    for (const name of columns ? PLAYED : []) {
      const empty = Object.fromEntries(Object.keys(this.columns(name)).map((column) => [column, []]))
      this.fill(name, this.source(name), columns[name] ?? empty)
    }
    this.axes.take(axis, span)
    this.stretch_levels()
    this.window.look()
    this.name_levels()
  }

  stop_playing(axis) {
    this.bring_back()
    const levels = this.source("levels"), [start, end] = this.axes.wanted.get(axis)
    levels.data = { ...levels.data, t: levels.data.t.map(() => start), t_end: levels.data.t.map(() => end) }
    this.axes.give_back(axis)
    for (const view of FIRST) this.axes.give_back(this.constant.axes[view][1].id)
    this.window.look()
    this.name_levels()
  }

  // The columns of the run from its start, whatever is seen.
  of_run(name) {
    return this.set_aside?.get(name) ?? this.columns(name)
  }

  bring_back() {
    const aside = this.set_aside
    this.set_aside = undefined
    for (const [name, columns] of aside ?? []) this.fill(name, this.source(name), columns)
  }

  turn_to_spike(turn) {
    this.window.turn_to(this.source("spikes").data.t ?? [], turn)
  }

  show_whole_run() {
    this.model(this.constant.plots.trace).reset.emit()
  }

  move(id, [start, end]) {
    this.model({ id }).setv({ start, end, reset_start: start, reset_end: end })
  }

  // The plots that are seen while this tab is open.
  seen(tab) {
    const { plots, tabs } = this.constant
    return [...Object.keys(plots).filter((view) => !Object.values(tabs).some(({ views }) => views.includes(view))), ...tabs[tab].views]
  }

  // A plot as a picture: a canvas for "png", an element for "svg".
  drawn(view, kind) {
    return Bokeh.index.find_one_by_id(this.constant.plots[view].id).export(kind).canvas
  }

  // -- while a slider moves: the last settled run stays behind as a ghost, and the axes hold --------------------------
  begin() {
    this.show_rest()
    this.axes.grow(true)
    for (const [ghost, source] of Object.entries(this.constant.ghosts)) this.haunt(ghost, this.source(source)?.data)
  }

  end() {
    this.show_rest()
    this.axes.grow(false)
    this.colours.settle()
    for (const ghost of Object.keys(this.constant.ghosts)) this.haunt(ghost, {})
  }

  haunt(name, columns) {
    const ghost = this.source(name)
    if (!ghost) return // its tab was never opened
    const names = ghost.data instanceof Map ? [...ghost.data.keys()] : Object.keys(ghost.data)
    const held = columns instanceof Map ? Object.fromEntries(columns) : columns
    this.fill(name, ghost, Object.fromEntries(names.map((column) => [column, held[column] ?? []])))
  }
}
