# Values of methods for events that recur, from the CSV files beside this script:
# Rscript make-recurring.R, in this folder. It makes recurring.csv, too. R 4.2.2, survival 3.5-3, mets 1.3.2, clubSandwich 0.5.8.
suppressMessages({library(survival); library(mets); library(clubSandwich); library(jsonlite)})
control <- coxph.control(eps = 1e-11, iter.max = 200)

# Times of events, of death and of censoring in two arms of 60, 12 clusters of ten, who are
# alike by a log-normal factor, and the events of a client by a gamma factor.
make <- function() {
  set.seed(20)
  n <- 120; arm <- rep(0:1, each = n / 2); cluster <- rep(1:12, each = 10); age <- round(rnorm(n), 2)
  z <- rgamma(n, 1.5, 1.5) * rep(exp(rnorm(12, 0, 0.3)), each = 10)
  rows <- NULL
  for (i in seq_len(n)) {
    death <- rexp(1, 0.25 * sqrt(z[i])); censored <- min(2, runif(1, 0.5, 3))
    end <- round(min(death, censored), 2) + i / 1e5 # all times differ: mets is about such data
    t <- cumsum(rexp(60, 1.6 * z[i] * exp(-0.4 * arm[i] + 0.2 * age[i])))
    t <- round(t[t < end], 2) + 0.001 + i / 1e5; t <- unique(t[t < end])
    at <- c(0, t)
    rows <- rbind(rows, data.frame(id = i, start = at, stop = c(t, end), event = c(rep(1, length(t)), 0),
      died = c(rep(0, length(t)), as.integer(death < censored)), arm = arm[i], cluster = cluster[i], age = age[i]))
  }
  write.csv(rows, "recurring.csv", row.names = FALSE)
}
make()

rate <- function(formula, d, id, asked) {
  d$id <- id
  m <- coxph(formula, d, ties = "breslow", control = control, cluster = id)
  list(value = unname(coef(m)[asked]), se = sqrt(diag(m$var))[[match(asked, names(coef(m)))]])
}

# The sandwich CR2 of the Poisson regression of the numbers of events with the log of the
# baseline's cumulative rate as offset, as least squares of its working model (see
# make-clusters.R), times the ratio of the variances of the two models.
rate_cluster <- function(d, terms) {
  m <- coxph(reformulate(terms, "Surv(start, stop, event)"), d, ties = "breslow", control = control)
  x <- d[!duplicated(d$id), ]
  n <- as.vector(tapply(d$event, d$id, sum)[as.character(x$id)])
  mu <- n - as.vector(tapply(residuals(m, "martingale"), d$id, sum)[as.character(x$id)])
  z <- cbind(1, as.matrix(x[terms])) * sqrt(mu)
  stopifnot(abs(crossprod(z, (n - mu) / sqrt(mu))) < 1e-6) # the score of the Poisson regression
  w <- lm(y ~ z - 1, data = list(y = drop(z %*% rep(1, ncol(z))) + (n - mu) / sqrt(mu), z = z))
  v <- vcovCR(w, x$cluster, "CR2")
  list(value = unname(coef(m)[1]), se = sqrt(v[2, 2] * vcov(m)[1, 1] / solve(crossprod(z))[2, 2]),
    df = coef_test(w, v, "Satterthwaite")$df_Satt[2])
}

# The mean number of events by tau, and its standard error, by mets.
ghosh_lin <- function(d, tau) {
  m <- sapply(0:1, function(a) {
    x <- d[d$arm == a, ]
    r <- recurrentMarginal(phreg(Surv(start, stop, event) ~ cluster(id), x), phreg(Surv(start, stop, died) ~ cluster(id), x))
    k <- max(which(r$times <= tau))
    c(r$mu[k], r$se.mu[k], length(unique(x$id)))
  })
  list(means = m[1, ], errors = m[2, ], n = m[3, ])
}

# The same without deaths, by survival.
nelson <- function(d, tau) {
  m <- sapply(0:1, function(a) {
    f <- survfit(Surv(start, stop, event) ~ 1, d[d$arm == a, ], cluster = id, robust = TRUE)
    k <- max(which(f$time <= tau))
    c(f$cumhaz[k], f$std.chaz[k], length(unique(d$id[d$arm == a])))
  })
  list(means = m[1, ], errors = m[2, ], n = m[3, ])
}

# The same by hand: the mean and each client's part in its error, written as sums over all times.
by_hand <- function(d, tau) {
  m <- sapply(0:1, function(a) {
    x <- d[d$arm == a, ]; ids <- unique(x$id)
    until <- tapply(x$stop, x$id, max)[as.character(ids)]; died <- tapply(x$died, x$id, max)[as.character(ids)]
    times <- sort(unique(x$stop))
    at <- sapply(times, function(t) sum(until >= t))
    events <- sapply(times, function(t) sum(x$event[x$stop == t])); deaths <- sapply(times, function(t) sum(died[until == t]))
    alive <- c(1, cumprod(1 - deaths / at))[seq_along(times)]
    jumps <- alive * events / at; mu <- cumsum(jumps); last <- sum(jumps)
    part <- sapply(seq_along(ids), function(i) {
      y <- until[i] >= times
      own <- sapply(times, function(t) sum(x$event[x$id == ids[i] & x$stop == t])); dead <- died[i] * (times == until[i])
      sum(alive / at * (own - y * events / at)) - sum((last - mu) / at * (dead - y * deaths / at))
    })
    c(last, sqrt(sum(part^2)))
  })
  list(means = m[1, ], errors = m[2, ])
}

bladder <- read.csv("bladder2.csv")
d <- read.csv("recurring.csv")
mets <- ghosh_lin(d, 3); hand <- by_hand(d, 3)
b <- transform(bladder, arm = thiotepa, died = 0)
stopifnot(max(abs(mets$means - hand$means), abs(mets$errors - hand$errors)) < 1e-10)
out <- list(cases = list(
  list(id = "bladder", kind = "recurring", data = "bladder2.csv", expected = list(
    rate = rate(Surv(start, stop, event) ~ thiotepa, bladder, bladder$id, "thiotepa"),
    adjusted = rate(Surv(start, stop, event) ~ thiotepa + number + size, bladder, bladder$id, "thiotepa"),
    survival = nelson(b, 100), hand = by_hand(b, 100))),
  list(id = "deaths", kind = "recurring", data = "recurring.csv", expected = list(
    rate = rate(Surv(start, stop, event) ~ arm, d, d$id, "arm"),
    adjusted = rate(Surv(start, stop, event) ~ arm + age, d, d$id, "arm"),
    cluster = rate_cluster(d, "arm"), cluster_adjusted = rate_cluster(d, c("arm", "age")),
    mets = mets, hand = hand))))
writeLines(toJSON(out, auto_unbox = TRUE, digits = NA, pretty = TRUE), "make-recurring.json")
