# Reference values for outcomes that are missing, from the synthetic trial.
# Writes make-missing.json. Rscript make-missing.R, in this directory; a minute.
suppressMessages({library(jsonlite); library(sandwich); library(mice)})
set.seed(7)

trial <- read.csv("trial-a1.csv")
# The outcome, dichotomized where above is given.
outcome <- function(inputs) {
  y <- trial[[inputs$y]]
  if (is.null(inputs$above)) y else as.numeric(y > inputs$above)
}

# ipw: stacked estimating equations of the logistic coefficients and the mean of
# each arm; bread by central differences of fourth order.
hajek <- function(y, z) {
  seen <- as.numeric(!is.na(y))
  y[is.na(y)] <- 0
  p <- ncol(z)
  if (all(seen == 1)) {
    mu <- mean(y)
    return(c(mu, mean((y - mu)^2) / length(y)))
  }
  gamma <- glm.fit(z, seen, family = binomial(), control = list(epsilon = 1e-14, maxit = 50))$coefficients
  psi <- function(theta) {
    pi <- as.vector(plogis(z %*% theta[1:p]))
    cbind(z * (seen - pi), seen / pi * (y - theta[p + 1]))
  }
  w <- seen / as.vector(plogis(z %*% gamma))
  theta <- c(gamma, sum(w * y) / sum(w))
  bread <- sapply(seq_along(theta), function(j) {
    h <- 1e-3 * max(1e-2, abs(theta[j])); e <- replace(numeric(p + 1), j, h)
    at <- function(k) colSums(psi(theta + k * e))
    (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
  })
  inverse <- solve(bread)
  c(theta[p + 1], (inverse %*% crossprod(psi(theta)) %*% t(inverse))[p + 1, p + 1])
}
ipw <- function(id, inputs) {
  y <- outcome(inputs)
  z <- do.call(cbind, c(list(rep(1, length(y))), lapply(inputs$terms, function(x) as.vector(scale(trial[[x]])))))
  arms <- lapply(0:1, function(k) hajek(y[trial$trt == k], z[trial$trt == k, , drop = FALSE]))
  estimate <- arms[[2]][1] - arms[[1]][1]
  se <- sqrt(arms[[1]][2] + arms[[2]][2])
  list(id = id, kind = "ipw", data = "trial-a1.csv", inputs = inputs, tol_rel = 1e-6,
       expected = list(n = length(y), estimate = estimate, se = se, p = 2 * pnorm(-abs(estimate / se))))
}

hc2 <- function(y, terms) {
  fit <- lm(reformulate(c("trt", unlist(terms)), "y"), cbind(trial, y = y))
  c(coef(fit)[["trt"]], vcovHC(fit, "HC2")["trt", "trt"], df.residual(fit))
}
# complete: the analysis of complete data.
complete <- function(id, inputs) {
  fit <- hc2(trial[[inputs$y]], inputs$terms)
  list(id = id, kind = "complete", data = "trial-a1.csv", inputs = inputs, tol_rel = 1e-8,
       expected = list(estimate = fit[1], se = sqrt(fit[2]), df = fit[3]))
}

# rubin: mice::pool.scalar, n - k the degrees of freedom of complete data.
pooled <- function(id, q, u, df) {
  fit <- pool.scalar(q, u, n = df + 1, k = 1)
  list(id = id, kind = "rubin", inputs = list(q = q, u = u, df = df), tol_rel = 1e-10,
       expected = list(estimate = fit$qbar, variance = fit$t, df = fit$df))
}

# imputed: many imputations by mice within arms, each column from those before
# it, with the mean and the variance between of the effects, and the mean variance
# within.
imputed <- function(id, inputs, m = 1000) {
  y <- outcome(inputs)
  columns <- trial[, unlist(c(inputs$terms, inputs$columns)), drop = FALSE]
  columns$y <- if (is.null(inputs$above)) y else factor(y)
  ways <- sapply(columns, function(x) if (!anyNA(x)) "" else if (is.factor(x)) "logreg" else "norm")
  before <- lower.tri(diag(ncol(columns))) * 1
  dimnames(before) <- list(names(columns), names(columns))
  arms <- lapply(0:1, function(k) mice(columns[trial$trt == k, , drop = FALSE], m = m, maxit = 1, method = ways,
                                       predictorMatrix = before, printFlag = FALSE))
  fits <- sapply(1:m, function(i) {
    full <- numeric(nrow(trial))
    for (k in 0:1) full[trial$trt == k] <- as.numeric(as.character(complete_one(arms[[k + 1]], i)$y))
    hc2(full, inputs$terms)[1:2]
  })
  list(id = id, kind = "imputed", data = "trial-a1.csv", inputs = inputs, tol_rel = NULL,
       expected = list(imputations = m, estimate = mean(fits[1, ]), between = var(fits[1, ]), within = mean(fits[2, ])))
}
complete_one <- function(mids, i) mice::complete(mids, i)

cases <- list(
  ipw("alone", list(y = "score12", terms = list())),
  ipw("base", list(y = "score12", terms = list("base"))),
  ipw("base-age-subgroup", list(y = "score12", terms = list("base", "age", "subgroup"))),
  ipw("month-6", list(y = "score6", terms = list("base", "age"))),
  ipw("binary", list(y = "score12", above = 50, terms = list("base", "age"))),
  ipw("nothing-missing", list(y = "ed_visits", terms = list("base"))),
  complete("ed-visits", list(y = "ed_visits", terms = list("base", "age"))),
  complete("ed-visits-alone", list(y = "ed_visits", terms = list())),
  complete("linked", list(y = "linked90", terms = list("base", "subgroup"))),
  pooled("some", c(1.2, 0.7, 1.9, 1.1, 1.4), c(0.30, 0.28, 0.33, 0.35, 0.29), 236),
  pooled("few", c(-3, 2, 0.5), c(1, 2, 1.5), 8),
  pooled("close", c(5.01, 5.02, 4.99, 5), c(0.5, 0.5, 0.4, 0.6), 50),
  imputed("score12", list(y = "score12", terms = list("base", "age"), columns = list("score3", "score6"))),
  imputed("score12-base", list(y = "score12", terms = list("base"), columns = list())),
  imputed("binary", list(y = "score12", above = 50, terms = list("base"), columns = list("score6"))))
write(paste0('{"topic":"missing","R":"', R.version.string, '","cases":[\n',
             paste(sapply(cases, toJSON, auto_unbox = TRUE, digits = 15, null = "null"), collapse = ",\n"), "\n]}"),
      "make-missing.json")
