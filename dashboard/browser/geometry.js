// Where a value of a plot is on the screen, and which value is where: for what lies over the plots and is no part of them.

export class Geometry {
  // `moved` is called, at most once a frame, after something may have come to lie elsewhere
  constructor(plots, moved) {
    this.plots = plots
    this.moved = moved
    this.heard = new Set()
    this.drawn = new Map() // Bokeh's views of the figures; to look for one takes longer than all else here
  }

  listen() {
    for (const view of this.plots.opened) {
      if (this.heard.has(view)) continue
      this.heard.add(view)
      const figure = this.figure(view)
      for (const property of ["inner_width", "inner_height"]) figure.properties[property].change.connect(() => this.change())
      for (const range of [figure.x_range, figure.y_range]) range.change.connect(() => this.change())
    }
    this.change()
  }

  change() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined
      this.moved()
    })
  }

  figure(view) {
    return this.plots.model(this.plots.constant.plots[view])
  }

  // The inside of a plot [px from the corner of its place], or nothing while it is not laid out.
  box(view) {
    if (!this.plots.opened.has(view)) return undefined
    if (!this.drawn.get(view)) this.drawn.set(view, window.Bokeh.index.find_one(this.figure(view)))
    const box = this.drawn.get(view)?.frame.bbox
    return box?.width > 1 ? box : undefined
  }

  pixel(view, axis, value) {
    const box = this.box(view), { start, end } = this.figure(view)[`${axis}_range`]
    const part = (value - start) / (end - start)
    return axis === "x" ? box.left + part * box.width : box.bottom - part * box.height
  }

  value(view, axis, pixel) {
    const box = this.box(view), { start, end } = this.figure(view)[`${axis}_range`]
    const part = axis === "x" ? (pixel - box.left) / box.width : (box.bottom - pixel) / box.height
    return start + part * (end - start)
  }

  inside(view, x, y) {
    const box = this.box(view)
    return box !== undefined && x >= box.left - 1 && x <= box.right + 1 && y >= box.top - 1 && y <= box.bottom + 1
  }
}
