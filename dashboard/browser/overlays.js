// What lies over the plots: the crosshair, and what can be dragged. It knows the names of plots, sources and quantities.

import { Crosshair } from "./crosshair.js"
import { Geometry } from "./geometry.js"
import { Handles } from "./handles.js"

export class Overlays {
  constructor(plots) {
    this.geometry = new Geometry(plots, () => this.place())
    this.crosshair = new Crosshair(plots, this.geometry)
    this.handles = new Handles(this.geometry, [
      { view: "bifurcation", axis: "x", name: ({ over }) => over, called: (name) => `${name} in the bifurcation diagram`,
        at: (values) => [values[values.over]] },
    ])
  }

  listen() {
    this.geometry.listen()
  }

  show({ answer }) {
    if (answer) this.handles.show(answer.values)
    this.geometry.change()
  }

  place() {
    this.handles.place()
    this.crosshair.place()
  }
}
