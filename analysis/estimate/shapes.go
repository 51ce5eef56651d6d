package estimate

// Shape of Model: the arm, with an interaction the subgroup and the product, and
// the covariates.
func (c cox) Shape(covariates int) (size, effect int) {
	return 1 + c.effect() + covariates, c.effect()
}

// Shape of Model: the arm and the covariates.
func (fineGray) Shape(covariates int) (size, effect int) { return 1 + covariates, 0 }

// Shape of Model: intercept, arm, covariates.
func (logistic) Shape(covariates int) (size, effect int) { return 2 + covariates, 1 }

// Shape of Model: intercept, arm, membership, their product, covariates.
func (logisticInteraction) Shape(covariates int) (size, effect int) { return 4 + covariates, 3 }

// Shape of Model: intercept, arm, covariates.
func (poisson) Shape(covariates int) (size, effect int) { return 2 + covariates, 1 }

// Shape of Model: intercept, arm, covariates, log theta.
func (negativeBinomial) Shape(covariates int) (size, effect int) { return 3 + covariates, 1 }
