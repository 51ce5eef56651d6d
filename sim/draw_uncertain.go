package sim

// drawUnknowns draws what is uncertain in a replicate, and lets it hold in all its
// worlds. A draw depends on the seed, the replicate and the name of its group or key
// alone: designs of any size share it, whatever else is uncertain there.
func (w *Workspace) drawUnknowns() {
	key := w.replicate.Entity(entityUnknown, 0)
	for k := range w.whole.unknowns {
		u := &w.whole.unknowns[k]
		score := key.Stream(u.score)
		q, none := score.Uniform(), false
		if u.row.Opposite {
			q = 1 - float64(q)
		}
		x := u.row.At(q)
		if u.row.Prior.None > 0 {
			chance := key.Stream(u.none)
			if none = chance.Uniform() < u.row.Prior.None; none {
				x = u.without
			}
		}
		w.drawn[k] = x
		w.m.vary(w.whole, u, x, none)
	}
	if w.m.drawsAfter {
		w.idle = w.m.idleAfter()
	}
}

// Drawn returns the numbers drawn in the replicate, in the order of [Model.Unknowns].
// They are overwritten by the next Begin.
func (w *Workspace) Drawn() []float64 { return w.drawn }
