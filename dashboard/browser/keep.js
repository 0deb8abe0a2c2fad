// Keeps the present curves behind all later ones, until they are removed: to compare two neurons.

export class Keep {
  // `button` keeps and removes; `seen` returns the open tab, `chosen` what differs from the defaults, in words
  constructor(plots, button, seen, chosen) {
    this.plots = plots
    this.button = button
    this.seen = seen
    this.chosen = chosen
    this.names = []
    button.onclick = () => (this.names.length ? this.remove() : this.keep())
    this.title()
  }

  keep() {
    const { kept, figures, tabs } = this.plots.constant
    this.plots.show_rest()
    const choices = this.chosen() || "the defaults"
    for (const [name, { source, view }] of Object.entries(kept)) {
      const here = !(view in figures) || tabs[this.seen()].views.includes(view) // what another tab holds may be old
      const data = here && this.plots.source(source) ? this.plots.of_run(source) : undefined
      this.fill(name, data)
      if (data) this.name(view, choices)
    }
    this.plots.axes.keep(true)
    this.title()
  }

  remove() {
    for (const name of Object.keys(this.plots.constant.kept)) this.fill(name)
    for (const each of this.names) each.remove()
    this.names = []
    this.plots.axes.keep(false)
    this.title()
  }

  fill(name, data) {
    this.plots.haunt(name, data ?? {})
    this.plots.model(this.plots.constant.kept[name].renderer)?.setv({ visible: Boolean(data) })
  }

  name(view, choices) {
    const name = document.createElement("p")
    name.className = "kept-name"
    name.textContent = `kept: ${choices}`
    name.title = name.textContent
    document.getElementById(`${view}_place`).parentElement.append(name)
    this.names.push(name)
  }

  title() {
    const there = this.names.length > 0
    this.button.textContent = there ? "Remove kept" : "Keep"
    this.button.title = there ? "Take the kept curves away" : "Keep the present curves behind later ones, to compare"
  }
}
