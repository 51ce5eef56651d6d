# Analyses trials that caseload has simulated: a risk difference by standardization
# (g-computation) over a logistic regression on arm and traits, with the variance of the
# influence function.
#
#   caseload run needle-exchange --analyse 'Rscript gcomputation.R'
#
# A line of JSON on standard input asks about a block of trials. The estimates go into
# the file that it names, and a line of JSON on standard output says that they are there.

suppressPackageStartupMessages({
  library(data.table)
  library(survival)
})

standardized <- function(y, treated, traits) {
  x <- cbind(1, treated, traits)
  fit <- glm.fit(x, y, family = binomial())
  predicted <- function(arm) plogis(drop(cbind(1, arm, traits) %*% fit$coefficients))
  p1 <- predicted(1)
  p0 <- predicted(0)
  estimate <- mean(p1 - p0)
  share <- mean(treated)
  influence <- treated / share * (y - p1) - (1 - treated) / (1 - share) * (y - p0) + p1 - p0 - estimate
  c(estimate, sd(influence) / sqrt(length(y)))
}

weibull <- function(time, event, treated) {
  fit <- survreg(Surv(pmax(time, 1e-6), event) ~ treated)
  b <- -fit$coefficients[["treated"]] / fit$scale # log hazard ratio
  g <- c(-1 / fit$scale, fit$coefficients[["treated"]] / fit$scale) # by treated and log(scale)
  at <- c("treated", "Log(scale)")
  c(b, sqrt(drop(g %*% vcov(fit)[at, at] %*% g)))
}

analyse <- function(trial, seed) {
  set.seed(seed + trial$replicate[1]) # for estimators that draw
  treated <- as.numeric(trial$arm == "sbcm")
  traits <- as.matrix(trial[, grep("^trait", names(trial)), with = FALSE])
  here <- trial$in.retention == 1
  rbind(
    data.table(replicate = trial$replicate[1], outcome = "linked_7d", method = "g_computation", measure = "RD",
               t(standardized(trial$outcome.linked_7d, treated, traits))),
    data.table(replicate = trial$replicate[1], outcome = "retention", method = "weibull", measure = "log HR",
               t(weibull(trial$outcome.retention[here], trial$event.retention[here], treated[here])))
  )
}

field <- function(line, name) sub(sprintf(".*\"%s\":\"?([^\",}]*).*", name), "\\1", line)

requests <- file("stdin", "r")
while (length(line <- readLines(requests, n = 1)) > 0) {
  clients <- fread(file.path(field(line, "data"), "clients.csv"))
  seed <- as.integer(field(line, "seed"))
  estimates <- rbindlist(lapply(split(clients, by = "replicate"), analyse, seed = seed))
  setnames(estimates, c("V1", "V2"), c("estimate", "se"))
  fwrite(estimates, field(line, "answer"))
  cat(sprintf("{\"block\":%s,\"ok\":true}\n", field(line, "block")))
}
