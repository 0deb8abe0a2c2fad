// The colours of the map: an image in place of columns, and where its colours begin and end. While a slider moves they
// only reach further, as axes do.

const NAME = "map"
const CHOICES = ["map_of", "map_x", "map_y"]
const SHOWN = [NAME, "map_contours", "map_contours_dark", "map_numbers"]

export class Colours {
  constructor(plots) {
    this.plots = plots
  }

  holds(source) {
    return source === NAME
  }

  // What Bokeh draws of the columns that came. An image is of a class of Bokeh's own, which is that of the first image.
  image(source, columns) {
    this.kind ??= this.of(source).image[0].constructor
    this.now = columns.value.length ? columns : undefined // a study that has failed leaves none
    this.agree()
    if (!this.now) return { image: [], x: [], y: [], dw: [], dh: [] }
    this.settle()
    const { value, x: [left, right], y: [bottom, top], shape: [across, up] } = columns
    const dw = (right - left) * across / (across - 1), dh = (top - bottom) * up / (up - 1) // values are those of the middles
    return {
      image: [new this.kind(value, [up, across])], x: [(left + right - dw) / 2], y: [(bottom + top - dh) / 2], dw: [dw], dh: [dh],
    }
  }

  of({ data }) {
    return data instanceof Map ? Object.fromEntries(data) : data
  }

  settle() {
    const mapper = this.plots.document.get_model_by_name("map_colours")
    if (!mapper || !this.now) return
    let [low, high] = this.now.colours
    if (this.plots.axes.growing && this.given) [low, high] = [Math.min(low, this.given[0]), Math.max(high, this.given[1])]
    this.given = [low, high]
    if (mapper.low !== low || mapper.high !== high) mapper.setv({ low, high })
    const [bar] = this.plots.model(this.plots.constant.plots[NAME]).right
    if (bar.title !== this.now.title[0]) bar.title = this.now.title[0]
  }

  // What is there is seen only while it is what is asked for: a map of other axes may stay until the next one is computed.
  ask(values) {
    const fields = Object.values(this.plots.constant.layouts)[0].flatMap((group) => group.fields)
    this.wanted = CHOICES.map((name) => fields.find((field) => field.name === name).options.indexOf(values[name])).join()
    this.agree()
  }

  agree() {
    const figure = this.plots.model(this.plots.constant.plots[NAME])
    const visible = this.now?.of.join() === this.wanted
    for (const renderer of figure?.renderers ?? []) {
      if (SHOWN.includes(renderer.data_source.name) && renderer.visible !== visible) renderer.visible = visible
    }
  }

  // The numbers of the map, point by point.
  table() {
    if (!this.now) return { x: [], y: [], value: [] }
    const { value, x: [left, right], y: [bottom, top], shape: [across, up] } = this.now
    const at = Array.from(value, (_, k) => [k % across, Math.floor(k / across)])
    return {
      x: at.map(([k]) => left + (right - left) * k / (across - 1)),
      y: at.map(([, k]) => bottom + (top - bottom) * k / (up - 1)),
      value: Array.from(value, (each) => Number.isNaN(each) ? "" : each),
    }
  }
}
