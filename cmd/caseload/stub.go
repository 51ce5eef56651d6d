package main

import "github.com/spf13/cobra"

func (e *env) trialCommand() *cobra.Command { return &cobra.Command{Use: "trial"} }
func (e *env) checkCommand() *cobra.Command { return &cobra.Command{Use: "check"} }
func (e *env) newCommand() *cobra.Command   { return &cobra.Command{Use: "new"} }
