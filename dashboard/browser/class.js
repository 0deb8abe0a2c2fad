// A class together: this page leads a room, follows it, goes its own way in it, or is in none. What is shown comes with
// the frames; here is who leads, what is counted, and what this page has answered.

import { ClassView } from "./classview.js"
import { say } from "./words.js"

const AGAIN = [5000, 10000] // ms after which a page that was told to wait asks again
const MOST_SECRETS = 3 // that are tried before another room has the same code

// 128 random bits in the letters of an address.
function fresh_secret() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

// The secret that the address holds, if it is one that leads.
function secret_in_address() {
  return /^#lead=([\w-]{22})$/.exec(location.hash)?.[1]
}

const why = {
  lecturer: () => say("The lecturer has ended the class. This page goes on by itself, with these choices."),
  away: () => say("The lecturer has been away for long, so the class has ended. This page goes on by itself, with these choices."),
  time: () => say("The class has ended: a room is open for eight hours. This page goes on by itself, with these choices."),
  taken: () => say("Another class has the same code, so this one has ended. The lecturer can open a new one."),
}

export class Class {
  // `on` holds what to call: say, with a message to the server; following(), follow(), go_on() and lead() for the line to it; moved() when the
  // address is to be written; open_lesson(lesson), votes(lesson, counts) and points(lesson, points) for the lessons
  constructor(on) {
    this.on = on
    this.secret = secret_in_address()
    const code = new URLSearchParams(location.search).get("room") ?? ""
    this.code = /^\d{8}$/.test(code) ? code : undefined
    this.role = this.secret || this.code ? "coming" : undefined // opening or coming, then lead, follow, alone or absent
    this.moved = Boolean(this.code && history.state?.alone) // by a person, since the page has joined or returned
    this.answers = { votes: new Map(), points: new Map() } // of this page, by lesson
    this.counts = { present: 0, led: true, votes: {}, points: {} }
    this.tries = 0
    this.view = new ClassView({
      open: () => this.open(), join: (typed) => this.join(typed), follow: () => this.follow(), leave: () => this.leave(),
      end: () => this.end(), link: () => this.link(),
    })
    this.show()
    addEventListener("hashchange", () => { // an address that leads was put in the place of this one; no step of its history
      if (history.state === null && secret_in_address()) this.open(secret_in_address())
    })
  }

  // Whether the page waits for what a lecturer shows, and asks for nothing itself.
  get following() {
    return this.role === "follow" || (this.role === "coming" && !this.secret && !this.moved)
  }

  // Whether the page goes its own way in a class.
  get alone() {
    return Boolean(this.code && this.moved && !this.secret)
  }

  // The page is connected, for the first time or again.
  connected() {
    clearTimeout(this.retry)
    if (this.secret && !this.elsewhere) this.lead()
    else if (this.code) this.on.say({ join: this.code, ...(this.mark && { mark: this.mark }), lang: document.documentElement.lang })
  }

  // -- what a person does -------------------------------------------------------------------------------------------
  open(secret = fresh_secret()) {
    this.secret = secret
    this.role = "opening"
    this.lead()
  }

  lead() {
    this.on.say({ lead: this.secret, at: `${location.origin}${location.pathname}` })
  }

  join(typed) {
    const code = typed.replace(/\D/g, "")
    if (code.length !== 8) return this.view.problem(say("A code has eight digits, as 4821 7093."))
    this.secret = this.mark = undefined
    this.code = code
    Object.assign(this, { role: "coming", moved: false, elsewhere: false })
    this.on.follow()
    this.connected()
  }

  follow() {
    if (this.secret) return this.lead() // this page was led from before: it leads again
    Object.assign(this, { role: "follow", moved: false })
    this.on.follow()
    this.on.say({ follow: true })
    history.replaceState({ ...history.state, alone: undefined }, "") // at once: the page may be loaded anew
    if (this.shown_lesson !== undefined) this.on.open_lesson(this.shown_lesson)
    this.show()
  }

  leave() {
    this.on.say({ leave: true })
    this.over()
  }

  end() {
    this.on.say({ end: true })
    this.over()
  }

  // A person has moved something: the page goes its own way.
  wanted() {
    if (!this.role || this.role === "opening" || this.role === "lead" || this.moved) return
    this.moved = true
    if (this.role !== "follow") return
    this.role = "alone"
    this.show()
  }

  // What stands behind the address of a page that leads: browsers send it to nobody.
  get hash() {
    return this.secret && !this.elsewhere ? `#lead=${this.secret}` : ""
  }

  mark_address() {
    history.replaceState(history.state, "", `${location.pathname}${location.search}${this.hash}`)
  }

  link() {
    return `${location.origin}${location.pathname}?room=${this.code}`
  }

  // -- what a lesson says -------------------------------------------------------------------------------------------
  vote(lesson, option) {
    this.answers.votes.set(lesson, String(option))
    if (this.in_room()) this.on.say({ vote: [lesson, String(option)] })
    this.tell_lesson(lesson)
    this.show()
  }

  point(lesson, x, y) {
    const points = this.answers.points.get(lesson) ?? new Map()
    this.answers.points.set(lesson, points.set(x, y))
    if (this.in_room()) this.on.say({ points: [lesson, [...points].slice(-40)] })
  }

  lesson(name, step = 0) {
    this.lesson_open = name ? { name, step } : null
    if (this.role === "lead") this.on.say({ lesson: this.lesson_open })
    if (name) this.tell_lesson(name) // what was counted before it was open
    this.show()
  }

  // The lessons are told what the class has answered.
  tell_lesson(name) {
    const votes = this.votes_in(name), points = this.counts.points[name]
    if (votes) this.on.votes(name, votes)
    if (points) this.on.points(name, points)
  }

  in_room() {
    return ["lead", "follow", "alone"].includes(this.role)
  }

  answer_again() {
    for (const [lesson, option] of this.answers.votes) this.on.say({ vote: [lesson, option] })
    for (const [lesson, points] of this.answers.points) this.on.say({ points: [lesson, [...points].slice(-40)] })
  }

  // -- what the server says -----------------------------------------------------------------------------------------
  take(told) {
    for (const name of ["leads", "joined", "absent", "refused", "replaced", "over"]) if (name in told && this.role !== undefined) this[name](told[name], told)
    if ("lesson" in told && this.role !== "lead") {
      this.shown_lesson = told.lesson // for when the page returns to the lecturer
      this.on.open_lesson(told.lesson)
    }
    if ("present" in told) this.counted(told)
  }

  leads(code, { picture }) {
    const fresh = this.role === "opening"
    Object.assign(this, { role: "lead", code, picture, tries: 0, elsewhere: false })
    this.mark_address()
    this.on.lead()
    if (this.lesson_open) this.on.say({ lesson: this.lesson_open })
    this.on.moved()
    this.show()
    if (fresh) this.view.open_dialog() // the code is for everybody to see
  }

  joined(code, { mark }) {
    const waited = this.role === "absent"
    Object.assign(this, { role: this.moved ? "alone" : "follow", code, mark })
    if (this.moved) this.on.go_on()
    else this.on.follow()
    if (waited && !this.moved) this.on.say({ follow: true }) // what the page wanted meanwhile may have come later
    this.answer_again()
    this.on.moved()
    this.view.close_dialog()
    this.show()
  }

  absent() {
    this.role = "absent"
    if (!this.moved) this.on.go_on()
    this.view.close_dialog()
    this.show()
  }

  refused(reason) {
    if (reason === "taken" && this.tries < MOST_SECRETS) {
      this.tries += 1
      this.secret = fresh_secret()
      return this.lead()
    }
    if (reason === "busy") {
      this.retry = setTimeout(() => this.connected(), AGAIN[0] + (AGAIN[1] - AGAIN[0]) * Math.random())
      this.said = say("Too many want something at once. This page tries again by itself.")
      return this.show()
    }
    this.over()
    this.said = say("There is no room for more: too many are in this class, or too many classes are open.")
    this.show()
  }

  // Another page leads this room now, with the same secret.
  replaced() {
    this.elsewhere = true
    this.mark_address()
  }

  over(reason) {
    Object.assign(this, { role: undefined, secret: undefined, mark: undefined, code: undefined, elsewhere: false, moved: false, said: why[reason]?.() })
    Object.assign(this.counts, { votes: {}, points: {} })
    this.shown_lesson = undefined
    clearTimeout(this.retry)
    this.mark_address()
    if (this.on.following()) this.on.go_on()
    this.on.moved()
    this.view.close_dialog()
    this.show()
  }

  counted(counts) {
    this.counts = counts
    for (const lesson of new Set([...Object.keys(counts.votes), ...Object.keys(counts.points)])) this.tell_lesson(lesson)
    this.show()
  }

  // How the class has voted; who has not voted is not told by the others what to say.
  votes_in(lesson) {
    return this.role === "lead" || this.answers.votes.has(lesson) ? this.counts.votes[lesson] : undefined
  }

  // The votes in the lesson that is open, or was answered last.
  votes() {
    return this.votes_in(this.lesson_open?.name ?? [...this.answers.votes.keys()].at(-1) ?? Object.keys(this.counts.votes).at(-1))
  }

  show() {
    this.view.show({ role: this.role, code: this.code, counts: this.counts, picture: this.picture, link: this.link(), votes: this.in_room() ? this.votes() : undefined, said: this.said, elsewhere: this.elsewhere })
  }
}
