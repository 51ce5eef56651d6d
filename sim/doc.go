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
// (An active client whose case manager leaves is paused, and then awaits or has
// another one, or the program is over: live_staffing.go.) And, all along, using <─> abstinent, observed ─> lost, and the courses of a
// life (live_courses.go): housed <─> not, employed <─> not, arrest ─> free or
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
//  2. Trial, or World, or Worlds for what the others leave over (live_worlds.go),
//     resets slots and managers, and runs the event loop
//     (live_engine.go): clients enrol, are offered the programs of their arm, get a
//     case manager or wait for one, are met, seek services, wait, enter, leave,
//     come back, use, stop, lose homes and find jobs, are arrested, are assessed,
//     are lost, die. Background clients come and go beside them
//     (live_background.go). Case managers leave and are replaced as Begin has drawn it.
//  3. The outcomes are read off the histories (read_record.go), as the trialist sees
//     them or as they are.
//
// Files are named by phase, in this order: compile (names to numbers, a layout of
// clocks), solve (hazards that reach what the scenario says), draw (the cohort and
// its allocation), live (the engine and what happens in a life), read (outcomes
// off a life that is over), show (one replicate event by event).
//
// # Glossary
//
// These words mean the same in the whole program.
//
//   - accrual: The enrolment of clients into the trial over time.
//   - admission: The moment at which a client gets a slot of a service.
//   - allocation: The assignment of each client, or each cluster, to an arm
//     by chance.
//   - arm: One of the groups that the trial compares; a list of programs that
//     its clients are offered. One arm is the control arm.
//   - attrition: The loss of clients to the study, and visits that are
//     missed.
//   - background client: A person outside the trial who uses the same
//     services and so takes slots.
//   - baseline hazard: The hazard of a process for a client whom nothing
//     modifies.
//   - CACE: Complier average causal effect: the effect of receiving contacts
//     among the clients who receive them if, and only if, they are offered
//     them.
//   - caseload: The number of clients that a case manager takes at a time.
//   - censoring: The end of observation of a time before its event has
//     happened.
//   - clock: The time at which the present process of a client is due: when
//     its integrated hazard reaches a unit exponential threshold.
//   - cluster: A site, or the clients of a case manager, that is randomized
//     as one. (The ten clusters of outcomes in package scenarios are another
//     thing: the groups in which a review sorts outcomes.)
//   - competing event: An event, such as death, after which the event of
//     interest can no longer happen.
//   - contact: A meeting of a client and a case manager. Effects of a program
//     begin, or are renewed, at contacts.
//   - contamination: Clients of one arm getting the programs of another.
//   - coverage: The share of replicates whose confidence interval contains
//     the true value.
//   - design effect: The factor by which clustering multiplies the variance
//     of an estimate.
//   - estimand: The quantity that an analysis is meant to estimate: an
//     outcome, a measure of effect, two arms and the people whom it is about.
//   - estimator: The rule that turns the data of one trial into an estimate,
//     with its standard error and test.
//   - family: A set of tests whose probability of any false rejection is held
//     at one level.
//   - frailty: A client's own multiplier of a hazard that no trait explains.
//   - hazard: The rate at which something happens to those to whom it has not
//     happened yet.
//   - ICC: Intraclass correlation: the share of an outcome's variance that is
//     between clusters.
//   - imposition: A world in which the times of stays are not simulated but
//     taken from another world.
//   - ITT: Intention to treat: everyone randomized is analysed in the arm
//     drawn, whatever was received.
//   - linkage: The first admission of a client to a service, and the process
//     that leads to it.
//   - MCSE: Monte Carlo standard error: the standard error of a simulated
//     number that is due to the finite number of replicates.
//   - measure: A number that says how large an effect is: a difference of
//     means, a risk ratio, a hazard ratio and so on.
//   - modifier: A factor on the hazard of a process while a bit of the
//     client's state is set.
//   - moment: A time at which the state of a client is recorded, for a visit
//     or for records.
//   - natural quantity: A number that a scenario states as people observe it,
//     such as the share linked by day 30. Compile solves for the hazard that
//     gives it.
//   - outcome: A variable measured on each client, with the day and the
//     analyses that the protocol plans for it.
//   - post: A place for a case manager, who may leave it to a successor.
//   - power: The probability that a trial's test rejects; its estimate is the
//     share of replicates in which it does.
//   - process: Something that happens to a client at a hazard: seeking,
//     leaving, relapse, arrest, loss.
//   - program: What case managers do for the clients of an arm: contacts at a
//     rhythm, and their effects.
//   - referral: A contact that makes a client seek a service at once.
//   - release: To give back a slot, or a case manager's time.
//   - renege: To give up one's place on a waiting list.
//   - replicate: One simulated trial. Its number and the seed determine all
//     its draws.
//   - retention: Staying in a service once admitted.
//   - rollout: The worlds in which everyone is in one arm; the effect of a
//     rollout is the difference between two of them.
//   - seize: To take a slot, or a case manager's time, as soon as one is
//     free.
//   - service: A place with slots that clients seek, wait for, enter, leave
//     and return to.
//   - slot: A place in a service. In the engine, also the place of one of a
//     client's clocks.
//   - spell: One attempt at a service: sought, perhaps admitted, ended.
//   - stream: The sequence of random numbers of one decision of one client in
//     one replicate. Streams do not depend on each other, so that worlds and
//     scenarios that differ in one thing share all other draws.
//   - tick: The unit of simulated time, a 2^-24th of a day.
//   - tie rank: The order, fixed for each kind of event, in which events of
//     the same tick are executed.
//   - truth: The true value of an estimand, computed from worlds with nobody
//     lost and no error of measurement.
//   - uptake: The share of those offered a program who start it.
//   - world: One run of a replicate's cohort: as randomized, or with everyone
//     in one arm.
package sim
