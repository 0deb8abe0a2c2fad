// Whether a slider moves: from its first step until it has been let go and the answer to its last step is here.

const STILL = 600 // ms without a step after which a slider moved by keys counts as let go; a key repeats sooner

export class Motion {
  // `on` holds what to call: begin(), end(), and settled(), which says whether the last answer is here
  constructor(on) {
    this.on = on
    this.moving = this.gone = false
  }

  step(held) {
    if (!this.moving) this.on.begin()
    this.moving = true
    this.gone = false
    clearTimeout(this.timer)
    if (!held) this.timer = setTimeout(() => this.let_go(), STILL)
  }

  let_go() {
    this.gone = true
    this.settle()
  }

  settle() {
    if (!this.moving || !this.gone || !this.on.settled()) return
    this.moving = false
    this.on.end()
  }
}
