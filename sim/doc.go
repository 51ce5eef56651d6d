// Package sim simulates one randomized trial: Compile turns a scenario into
// hazards, a Workspace lives the clients' lives event by event, and the record
// of them is read off at the end.
//
// A client is a state machine driven by typed events. Toward each service:
//
//	        renege, jail
//	   ┌──────────────┐
//	   v              │
//	seeking ───> waiting ───> staying ───> left
//	   │   no slot       a slot  ^   leave, complete, move, jail, death
//	   └─────────────────────────┘           │
//	            a slot           ^           │ return
//	                             └───────────┘ (to waiting, if no slot)
//
// Toward a program of the client's arm:
//
//	notOffered ─> refused
//	     │
//	     ├──────> awaiting ──> active ──> over
//	     │        a manager      ^
//	     └───────────────────────┘
//
// and, all along, using <─> abstinent, observed ─> lost, and the courses of a
// life (courses.go): housed <─> not, employed <─> not, arrest ─> free or
// jailed ─> free, risk events, death.
//
// Each client has one clock for the present process of each of these
// machines (quit or relapse; seek, renege, leave or return; arrest; the next contact),
// aimed at the tick at which its hazard will have used up its threshold
// (live_clock.go). What runs on which hazard is data: processes, their baselines,
// and modifiers that act while a bit of the client's state is set.
//
// What happens in a replicate, in order:
//
//  1. Begin draws the cohort (arrivals, sites, traits, frailties, subgroups) of
//     those who are eligible and don't refuse, measures their traits, and
//     allocates arms, each client and stratum from streams of their own.
//  2. Trial, or World, resets slots and managers, and runs the event loop
//     (live_engine.go): clients enrol, are offered the programs of their arm, get a
//     case manager or wait for one, are met, seek services, wait, enter, leave,
//     come back, use, stop, lose homes and find jobs, are arrested, are assessed,
//     are lost, die. Background clients come and go beside them
//     (live_background.go).
//  3. The outcomes are read off the histories (read_record.go), as the trialist sees
//     them or as they are.
//
// Files are named by phase, in this order: compile (names to numbers, a layout of
// clocks), solve (hazards that reach what the scenario says), draw (the cohort and
// its allocation), live (the engine and what happens in a life), read (outcomes
// off a life that is over), show (one replicate event by event).
package sim
