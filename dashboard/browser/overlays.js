// What lies over the plots: the crosshair, and what can be dragged. It knows the names of plots, sources and quantities.

import { Crosshair } from "./crosshair.js"
import { Geometry } from "./geometry.js"
import { Handles } from "./handles.js"
import { MapHand } from "./maphand.js"
import { say } from "./words.js"

export class Overlays {
  // `gather(action)` sends what an action chooses as one message
  constructor(plots, gather) {
    this.geometry = new Geometry(plots, () => this.place())
    this.crosshair = new Crosshair(plots, this.geometry)
    const level = (name) => (
      { view: "trace", axis: "y", name: () => name, called: () => say("{name} in the trace", { name }), at: (values) => [values[name]] })
    const mark = (name) => this.crosshair.columns("operating_point")[name]?.[0]
    this.handles = new Handles(this.geometry, [
      { view: "fi", axis: "x", shape: "point", name: () => "I", called: () => say("I on the f-I curve"),
        at: () => (mark("I") === undefined ? undefined : [mark("I"), mark("rate")]) },
      level("V_th"), level("V_T"), level("V_reset"),
      { view: "bifurcation", axis: "x", name: ({ over }) => over, called: (name) => say("{name} in the bifurcation diagram", { name }),
        at: (values) => [values[values.over]] },
    ])
    this.map = new MapHand(plots, this.geometry, gather)
  }

  listen() {
    this.geometry.listen()
    this.map.listen()
  }

  show({ answer }) {
    if (answer) this.handles.show(answer.values)
    if (answer) this.map.show(answer.values)
    this.geometry.change()
  }

  place() {
    this.handles.place()
    this.map.place()
    this.crosshair.place()
    this.on_place?.()
  }
}
