# Corners that the data sets lack: Rscript make-corners.R, in this folder, writes
# make-corners.json. R 4.2.2, metafor 3.8-1, clubSandwich 0.5.8.
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})

# The rank test of k studies, y = sin(i^2) and v = 0.02 + the fraction of i times the golden ratio.
rank <- function(k) {
  i <- 1:k
  t <- ranktest(sin(i^2), 0.02 + (i * 0.6180339887498949) %% 1)
  list(k = k, tau = unname(t$tau), p = unname(t$pval))
}

# Likelihoods with two maxima: rma started at 0 finds the lower, and the higher from nearby.
two <- function(method, y, v, near) {
  at <- function(start) rma(y, v, method = method, control = list(tau2.init = start, threshold = 1e-14, maxiter = 1e5))
  low <- at(0); high <- at(near)
  list(method = tolower(method), y = y, v = v, tau2 = high$tau2, estimate = as.numeric(high$beta), se = high$se, loglik = as.numeric(logLik(high)),
       lower_tau2 = low$tau2, lower_loglik = as.numeric(logLik(low)))
}

# The intercept is the effect of the last trial alone: its residual is 0.
y <- c(0.1, 0.3, 0.2, 0.5, 0.4, 0.9); v <- c(0.02, 0.03, 0.02, 0.04, 0.05, 0.03); cluster <- c(1, 1, 2, 2, 3, 4); x <- as.numeric(cluster != 4)
f <- rma(y, v, mods = ~ x, method = "DL")
t <- coef_test(f, vcov = "CR2", cluster = cluster, test = "Satterthwaite")

out <- list(R = R.version.string, rank = lapply(c(50, 60, 170), rank),
  two_maxima = list(
    two("REML", c(-0.1, 0.7, 0.1, 0.2, 0.4, 1.9), c(2.726, 0.114, 0.017, 0.005, 0.172, 0.337), 0.14),
    two("REML", c(-0.5, 1.3, -0.2, -0.5), c(0.011, 0.352, 7.251, 0.006), 0.6),
    two("ML", c(-0.3, -0.1, -0.5, -1.2), c(0.245, 6.128, 0.11, 0.006), 0.09)),
  rests_on_one = list(y = y, v = v, cluster = cluster - 1, x = x, estimate = t$beta, se = t$SE))
writeLines(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "make-corners.json")
