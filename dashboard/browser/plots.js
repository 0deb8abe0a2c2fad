// The plots: one Bokeh document, embedded once. Columns, axes and looks reach its models by the names the page knows.

const { Bokeh } = window

function* within(element) { // shadows included
  for (const child of [...element.children, ...(element.shadowRoot?.children ?? [])]) {
    yield child
    yield* within(child)
  }
}

export class Plots {
  constructor(constant) {
    this.constant = constant
    this.opened = new Set(Object.keys(constant.places).filter((view) => !(view in constant.figures)))
    this.axes = new Map() // as they were last asked for: a zoom of the visitor survives until they must move
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

  columns(source) {
    const { data } = this.model(this.constant.sources[source])
    return data instanceof Map ? Object.fromEntries(data) : data
  }

  listen(view) {
    const figure = this.model(this.constant.plots[view])
    figure.on_event("doubletap", () => figure.reset.emit())
    this.pass_by(view)
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
      const source = this.model(this.constant.sources[name])
      if (source) source.data = columns
    }
    for (const [view, spans] of Object.entries(ranges ?? {})) {
      if (this.opened.has(view) && String(spans) !== this.axes.get(view)) this.move(view, spans)
    }
  }

  move(view, spans) {
    this.axes.set(view, String(spans))
    this.constant.axes[view].forEach((axis, each) => {
      const [start, end] = spans.slice(2 * each, 2 * each + 2)
      this.model(axis).setv({ start, end, reset_start: start, reset_end: end })
    })
  }
}
