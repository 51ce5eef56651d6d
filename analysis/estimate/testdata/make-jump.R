# Reference values for imputation by reference (jump to reference; Carpenter, Roger &
# Kenward 2013, J Biopharm Stat 23:1352), from the synthetic trial.
# Writes make-jump.json. Rscript make-jump.R, in this directory; a minute.
#
# Of the clients who came back after a missed visit nothing is used. For each imputation
# the regressions of each visit on covariates and earlier visits are drawn for each arm,
# and put together to the mean and the covariance matrix of all visits given the
# covariates. A client of the treated arm last seen at visit d has the treated arm's means
# up to d, control's means after it, and control's covariances; what is missing is drawn
# from the conditional normal distribution.
suppressMessages({library(jsonlite); library(sandwich)})
set.seed(23)
trial <- read.csv("trial-a1.csv")

drawn <- function(y, x) { # one draw of the posterior of a regression
  seen <- !is.na(y)
  fit <- lm.fit(x[seen, , drop = FALSE], y[seen])
  sigma2 <- sum(fit$residuals^2) / rchisq(1, fit$df.residual)
  list(beta = as.vector(coef(fit) + t(chol(sigma2 * chol2inv(qr.R(fit$qr)))) %*% rnorm(ncol(x))), sigma2 = sigma2)
}

# moments: mean of each client and covariance matrix of the visits, as drawn for an arm.
moments <- function(visits, x, arm) {
  p <- ncol(visits); B <- matrix(0, p, p); D <- numeric(p); A <- matrix(0, p, ncol(x))
  for (v in 1:p) {
    f <- drawn(visits[arm, v], cbind(x[arm, , drop = FALSE], visits[arm, seq_len(v - 1), drop = FALSE]))
    A[v, ] <- f$beta[1:ncol(x)]; B[v, seq_len(v - 1)] <- f$beta[-(1:ncol(x))]; D[v] <- f$sigma2
  }
  L <- solve(diag(p) - B)
  list(mean = x %*% t(L %*% A), cov = L %*% diag(D, p) %*% t(L))
}

conditional <- function(y, d, mean, cov) { # draws what is missing after visit d
  p <- length(y); rest <- (d + 1):p
  mu <- mean[rest]; V <- cov[rest, rest, drop = FALSE]
  if (d > 0) {
    seen <- 1:d; K <- cov[rest, seen, drop = FALSE] %*% solve(cov[seen, seen, drop = FALSE])
    mu <- mu + as.vector(K %*% (y[seen] - mean[seen])); V <- V - K %*% cov[seen, rest, drop = FALSE]
  }
  y[rest] <- mu + as.vector(t(chol(V)) %*% rnorm(length(rest)))
  y
}

jump <- function(id, inputs, m = 2000) {
  visits <- as.matrix(trial[, unlist(c(inputs$columns, inputs$y)), drop = FALSE])
  p <- ncol(visits)
  last <- apply(visits, 1, function(y) if (all(is.na(y))) 0 else max(which(!is.na(y))))
  keep <- last == rowSums(!is.na(visits))
  visits <- visits[keep, , drop = FALSE]; last <- last[keep]; trt <- trial$trt[keep]
  covariates <- trial[keep, unlist(inputs$terms), drop = FALSE]
  x <- cbind(1, as.matrix(covariates))
  fits <- sapply(1:m, function(i) {
    control <- moments(visits, x, trt == 0); treated <- moments(visits, x, trt == 1)
    y <- visits[, p]
    for (i in which(last < p)) {
      mean <- control$mean[i, ]
      if (trt[i] == 1 && last[i] > 0) mean[1:last[i]] <- treated$mean[i, 1:last[i]]
      y[i] <- conditional(visits[i, ], last[i], mean, control$cov)[p]
    }
    fit <- lm(y ~ trt + ., cbind(trt = trt, covariates))
    c(coef(fit)[["trt"]], vcovHC(fit, "HC2")["trt", "trt"])
  })
  list(id = id, kind = "jump", data = "trial-a1.csv", inputs = inputs, tol_rel = NULL,
       expected = list(n = sum(keep), imputations = m, estimate = mean(fits[1, ]), between = var(fits[1, ]), within = mean(fits[2, ])))
}

cases <- list(
  jump("two-visits", list(y = "score12", terms = list("base", "age"), columns = list("score3", "score6"))),
  jump("one-visit", list(y = "score12", terms = list("base"), columns = list("score6"))),
  jump("no-visit", list(y = "score12", terms = list("base"), columns = list())))
write(paste0('{"topic":"jump","R":"', R.version.string, '","cases":[\n',
             paste(sapply(cases, toJSON, auto_unbox = TRUE, digits = 15, null = "null"), collapse = ",\n"), "\n]}"), "make-jump.json")
