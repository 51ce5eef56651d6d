package sim

func (s *solver) solveICC() {}
