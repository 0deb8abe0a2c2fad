// The lessons: which one is open, at which step, what the student has done. What a lesson says is loaded when it is opened.

import { Panel } from "./lessonpanel.js"
import { read, write } from "./store.js"
import { beside, met } from "./watching.js"
import { say } from "./words.js"

const NEAR = 0.05 // of the exact value; a point as near counts
const SETTLED = 600 // ms; then a point is told

export class Lessons {
  // `list` holds names and titles; `on` what to call: load(name), open(choices, tab), measured(), fitted(), changed(name), and for
  // a class step(name, step), vote(name, option) and point(name, x, y)
  constructor(list, element, on) {
    this.list = list.filter(({ problem }) => !problem)
    this.on = on
    this.now = { pins: 0 }
    this.panel = new Panel(element, {
      step: (by) => this.step(this.at + by), close: () => this.close(), vote: (option) => this.vote(option),
      open: (choices, tab) => on.open(choices, tab), next: () => this.next(),
    })
    document.addEventListener("pins", ({ detail }) => this.see({ pins: detail.count }))
  }

  // -- open, step by step, close ------------------------------------------------------------------------------------
  // `as_it_is` leaves the choices of the page alone: they came with the address, or from whoever leads a class; `step` is
  // where to open it, if not where it was left
  async open(name, { as_it_is = false, step } = {}) {
    const wanted = this.wanted = Symbol(name) // the same one may be wanted twice, at different steps
    let lesson
    try {
      lesson = await this.on.load(name)
    } catch {
      if (this.wanted === wanted) this.panel.trouble(say("This lesson could not be loaded. Try it again in a moment."))
      return
    }
    if (this.wanted !== wanted) return // another one was opened meanwhile
    this.lesson = lesson
    this.kept = this.remembered()
    this.others = []
    this.counts = {}
    this.panel.begin(lesson)
    this.panel.show(true)
    if (!as_it_is) this.panel.focus()
    this.on.changed(name)
    const at = lesson.steps[step] ? step : this.kept.step < lesson.steps.length - 1 ? this.kept.step : 0
    const state = lesson.steps.slice(0, at + 1).findLast(({ set }) => set)
    this.changing = false
    this.pins_before = this.now.pins // those of another lesson are none of this one
    this.ticked = new Map() // step -> numbers of the goals that were reached
    if (state && !as_it_is) this.apply(state)
    this.step(at, true)
  }

  open_number(number) {
    if (this.list[number - 1]) this.open(this.list[number - 1].name)
  }

  step(number, opened = false) {
    this.at = this.kept.step = number
    this.keep()
    const step = this.lesson.steps[number]
    const before = this.ticked.get(number) ?? []
    this.ticked.set(number, this.reached = new Set())
    this.panel.step(this.lesson, number, { vote: this.kept.vote, next: this.following()?.title })
    if (step.kind === "predict") this.panel.counted(this.counts)
    this.panel.chart?.show(this.points(), this.others)
    this.on.step?.(this.lesson.name, number)
    for (const goal of before) this.reach(goal)
    if (!opened) this.apply(step)
    this.ask((step.goals ?? []).flatMap(({ watch }) => watch.map(({ of }) => of)).flatMap((of) => this.inputs(of)))
    this.see({})
  }

  // The inputs behind what is watched: those that the points are made of.
  inputs(of) {
    const { collect } = this.lesson
    return of === "points" ? [collect.y.of, collect.x.of] : [of]
  }

  // Until the choices of a step are there, nothing counts as reached.
  apply({ set, tab }) {
    this.changing = Boolean(set)
    if (set || tab) this.on.open(set, tab)
  }

  following() {
    return this.list[this.list.findIndex(({ name }) => name === this.lesson.name) + 1]
  }

  next() {
    const next = this.following()
    if (next) this.open(next.name)
    else this.close()
  }

  close() {
    this.wanted = this.lesson = undefined
    this.ask([])
    this.panel.show(false)
    this.on.changed(undefined)
    this.on.step?.(undefined)
  }

  // The lesson that the lecturer has open, and where in it; null where there is none. The choices come by themselves.
  async follow(told) {
    if (told && this.lesson?.name === told.name && this.at === told.step) return
    if (told) await this.open(told.name, { as_it_is: true, step: told.step })
    else if (this.lesson) this.close()
  }

  // -- what is remembered in this browser ---------------------------------------------------------------------------
  remembered() {
    const fresh = { step: 0, vote: undefined, points: [] }
    try {
      const { step, vote, points } = JSON.parse(read(`lesson.${this.lesson.name}`)) ?? {}
      const options = this.lesson.steps.find(({ kind }) => kind === "predict")?.options.length ?? 0
      const number = (value) => typeof value === "number" && value > 0
      return {
        step: this.lesson.steps[step] ? step : 0,
        vote: Number.isInteger(vote) && vote >= 0 && vote < options ? vote : undefined,
        points: Array.isArray(points) ? points.filter((each) => Array.isArray(each) && number(each[0]) && number(each[1])) : [],
      }
    } catch {
      return fresh // somebody else's, or an older page's
    }
  }

  keep() {
    return write(`lesson.${this.lesson.name}`, JSON.stringify(this.kept))
  }

  vote(option) {
    this.kept.vote = option
    this.panel.voted(option, this.keep())
    this.on.vote?.(this.lesson.name, option)
  }

  // -- what the student does ----------------------------------------------------------------------------------------
  // `news` holds what has changed: values, run, tab, pins
  see({ values, run, tab, pins }) {
    Object.assign(this.now, values, run, tab && { tab }, pins !== undefined && { pins })
    if (!this.lesson) return
    if (values) this.changing = false
    if (this.changing) return
    this.pins_before = Math.min(this.pins_before, this.now.pins)
    const { goals = [] } = this.lesson.steps[this.at], now = { ...this.now, pins: this.now.pins - this.pins_before }
    if (this.lesson.collect) this.collect(this.lesson.collect, now)
    if (goals.some(({ watch }) => watch.some(({ of }) => of === "measured"))) now.measured = this.on.measured()
    if (goals.some(({ watch }) => watch.some(({ of }) => of === "fitted"))) now.fitted = this.on.fitted()
    goals.forEach(({ watch }, number) => {
      if (!this.reached.has(number) && met(watch, now)) this.reach(number)
    })
  }

  reach(number) {
    const step = this.lesson.steps[this.at]
    this.reached.add(number)
    this.panel.reached(step, number, this.reached.size === step.goals.length)
  }

  // The inputs that a step asks for are marked and in sight.
  ask(names) {
    for (const each of document.querySelectorAll("nav .asked")) each.classList.remove("asked")
    const fields = names.map((name) => document.querySelector(`nav [data-name="${name}"]`)).filter(Boolean)
    for (const field of fields) {
      field.classList.add("asked")
      field.closest("details").open = true
    }
    fields[0]?.scrollIntoView({ block: "nearest" })
    this.asked = names
  }

  // -- points -------------------------------------------------------------------------------------------------------
  points() {
    return this.kept.points
  }

  collect({ x, y, when, line }, now) {
    const { kept } = this
    if (met(when, now)) this.found(now[x.of], now[y.of])
    now.points = kept.points.filter(([at, value]) => Math.abs(value / beside(line, at) - 1) <= NEAR).length
  }

  found(x, y) {
    const { points } = this.kept, before = points.find(([at]) => at === x)
    if (before && before[1] <= y) return
    if (before) before[1] = y
    else points.push([x, y])
    this.panel.chart.show(points, this.others)
    clearTimeout(this.telling)
    const { name } = this.lesson
    this.telling = setTimeout(() => {
      if (this.lesson?.name === name) this.keep()
      this.on.point?.(name, x, y)
    }, SETTLED)
  }

  // -- for a class: how it has voted, and everybody's points -----------------------------------------------------------
  // `counts` holds how often each option was chosen, by its number from 0
  show_votes(name, counts) {
    if (this.lesson?.name !== name) return
    this.counts = counts
    if (this.lesson.steps[this.at].kind === "predict") this.panel.counted(counts)
  }

  show_points(name, points) {
    if (this.lesson?.name !== name) return
    this.others = points
    this.panel.chart?.show(this.points(), points)
  }
}
