// The plots: one Bokeh document, embedded once. Columns, axes and looks reach its models by the names the page knows.

import { Axes } from "./axes.js"

const { Bokeh } = window

export class Plots {
  constructor(constant) {
    this.constant = constant
    this.opened = new Set(Object.keys(constant.places).filter((view) => !(view in constant.figures)))
    this.axes = new Axes((axis, span) => this.move(axis, span))
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
  }

  model({ id }) {
    return this.document.get_model_by_id(id)
  }

  source(name) {
    return this.model(this.constant.sources[name])
  }

  listen(view) {
    const figure = this.model(this.constant.plots[view])
    figure.on_event("doubletap", () => figure.reset.emit())
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

  show({ sources, ranges }) {
    for (const [name, columns] of Object.entries(sources)) {
      const source = this.source(name)
      if (source) source.data = columns
    }
    for (const [view, spans] of Object.entries(ranges ?? {})) {
      if (!this.opened.has(view)) continue
      this.constant.axes[view].forEach(({ id }, each) => this.axes.want(id, spans.slice(2 * each, 2 * each + 2)))
    }
  }

  move(id, [start, end]) {
    this.model({ id }).setv({ start, end, reset_start: start, reset_end: end })
  }

  // -- while a slider moves: the last settled run stays behind as a ghost, and the axes hold --------------------------
  begin() {
    this.axes.grow(true)
    for (const [ghost, source] of Object.entries(this.constant.ghosts)) this.haunt(ghost, this.source(source)?.data)
  }

  end() {
    this.axes.grow(false)
    for (const ghost of Object.keys(this.constant.ghosts)) this.haunt(ghost, {})
  }

  haunt(name, columns) {
    const ghost = this.source(name)
    if (!ghost) return // its tab was never opened
    const names = ghost.data instanceof Map ? [...ghost.data.keys()] : Object.keys(ghost.data)
    const held = columns instanceof Map ? Object.fromEntries(columns) : columns
    ghost.data = Object.fromEntries(names.map((column) => [column, held[column] ?? []]))
  }
}
