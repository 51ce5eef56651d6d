# Bounds, drift, power and expected information of group-sequential designs by rpact (Wassmer & Pahlke).
# Rscript make-sequential.R, in this folder, writes make-sequential.json.
suppressMessages({library(rpact); library(jsonlite)})
types <- list(obrien_fleming = "OF", pocock = "P", power = "KD", hsd = "HSD")
finite <- function(x) ifelse(is.finite(x) & x > -5.99, x, -99)
design <- function(rates, alpha = 0.025, sides = 1, kind = "obrien_fleming", parameter = NA, beta = 0, bkind = "obrien_fleming",
                   bparameter = NA, binding = FALSE, bounds = NULL) {
  a <- list(informationRates = rates, alpha = alpha, sided = sides, typeOfDesign = paste0("as", types[[kind]]), tolerance = 1e-10)
  if (kind %in% c("power", "hsd")) a$gammaA <- parameter
  if (beta > 0) {
    a <- c(a, list(beta = beta, typeBetaSpending = paste0("bs", types[[bkind]]), bindingFutility = binding))
    if (bkind %in% c("power", "hsd")) a$gammaB <- bparameter
  }
  if (!is.null(bounds)) a <- c(a, list(futilityBounds = bounds, bindingFutility = binding))
  d <- do.call(getDesignGroupSequential, a)
  characteristics <- suppressWarnings(getDesignCharacteristics(d))
  # nMax 1 and theta are the planned information and the mean of z at it.
  under <- lapply(c(0, 1.5, 3), function(theta) {
    p <- getPowerAndAverageSampleNumber(d, theta = theta, nMax = 1)
    list(drift = theta, power = p$overallReject[1], expected = p$averageSampleNumber[1])
  })
  list(rates = rates, alpha = alpha, sides = sides, kind = kind, parameter = if (is.na(parameter)) 0 else parameter, beta = beta, bkind = bkind,
       bparameter = if (is.na(bparameter)) 0 else bparameter, binding = binding, fixed = as.list(bounds),
       upper = d$criticalValues,
       futility = as.list(if (beta > 0 || !is.null(bounds)) finite(d$futilityBounds)),
       drift = if (beta > 0) sqrt(characteristics$shift) else 0, under = under)
}
rates <- list(c(0.5, 1), c(0.33, 0.67, 1), c(0.2, 0.4, 0.75, 0.85, 1), c(0.25, 0.5, 0.75, 1), c(0.8, 1), (1:10) / 10)
kinds <- list(list("obrien_fleming", NA), list("pocock", NA), list("power", 1), list("power", 2), list("power", 3.5),
              list("hsd", -4), list("hsd", 1), list("hsd", -1.5))
designs <- list(design((1:3) / 3))
for (r in rates) for (k in kinds) {
  designs <- c(designs, list(design(r, kind = k[[1]], parameter = k[[2]]), design(r, alpha = 0.05, sides = 2, kind = k[[1]], parameter = k[[2]])))
  for (binding in c(FALSE, TRUE))
    designs <- c(designs, list(design(r, alpha = 0.05, kind = k[[1]], parameter = k[[2]], bounds = rep(0.2, length(r) - 1), binding = binding)))
}
for (r in rates[1:4]) for (k in kinds) for (binding in c(FALSE, TRUE))
  designs <- c(designs, list(design(r, kind = "obrien_fleming", beta = 0.2, bkind = k[[1]], bparameter = k[[2]], binding = binding)))
for (binding in c(FALSE, TRUE))
  designs <- c(designs, list(design(rates[[2]], kind = "pocock", beta = 0.1, bkind = "pocock", binding = binding)))
out <- list(source = paste0(R.version.string, ", rpact ", packageVersion("rpact"), "; see make-sequential.R"), designs = designs)
write(toJSON(out, auto_unbox = TRUE, digits = NA), "make-sequential.json")
