// What lies over the plots: which handles there are. It knows the names of plots, data sources and quantities.

import { Geometry } from "./geometry.js"
import { Handles } from "./handles.js"

export class Overlays {
  constructor(plots) {
    this.geometry = new Geometry(plots, () => this.place())
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
    if (answer) this.geometry.change()
  }

  place() {
    this.handles.place()
  }
}
