// Package trial shows one trial: its flow, its estimates, the lives of its clients, its
// data sets; and the history, which is the flow and course of many.
package trial
