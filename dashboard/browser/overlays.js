// What lies over the plots, and behind: the crosshair, what can be dragged, what is kept. It knows the names of plots, sources and quantities.

import { Crosshair } from "./crosshair.js"
import { Geometry } from "./geometry.js"
import { Handles } from "./handles.js"
import { Keep } from "./keep.js"

export class Overlays {
  // `seen` returns the open tab, and `chosen` what differs from the defaults, in words
  constructor(plots, seen, chosen) {
    this.keep = new Keep(plots, document.querySelector(".keep"), seen, chosen)
    this.geometry = new Geometry(plots, () => this.place())
    this.crosshair = new Crosshair(plots, this.geometry)
    const level = (name) => (
      { view: "trace", axis: "y", name: () => name, called: () => `${name} in the trace`, at: (values) => [values[name]] })
    const mark = (name) => this.crosshair.columns("operating_point")[name]?.[0]
    this.handles = new Handles(this.geometry, [
      { view: "fi", axis: "x", shape: "point", name: () => "I", called: () => "I on the f-I curve",
        at: () => (mark("I") === undefined ? undefined : [mark("I"), mark("rate")]) },
      level("V_th"), level("V_T"), level("V_reset"),
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
    this.on_place?.()
  }
}
