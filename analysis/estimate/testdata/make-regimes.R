# Rscript make-regimes.R > make-regimes.json: two regimes of a simulated SMART, by weighting and
# replicating, with geepack's sandwich (std.err = "san.se"), independence as the working model.
# Clients who do not respond in an arm are randomized again, 2:1; regimes.csv has the rows.
suppressMessages(library(geepack))
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(2012)
n <- 160
first <- rbinom(n, 1, 0.5)
responds <- rbinom(n, 1, 0.35 + 0.2 * first)
again <- ifelse(responds == 1, NA, rbinom(n, 1, 2 / 3))
y <- round(10 + 2 * first + 1.5 * responds + ifelse(is.na(again), 0, 1.2 * again) + rnorm(n, sd = 3), 3)
z <- rbinom(n, 1, plogis((y - 12) / 3))
weight <- ifelse(responds == 1, 2, ifelse(again == 1, 3, 6))
follows <- function(arm, option) which(first == arm & (responds == 1 | again == option))
rows <- function(arm1, option1, arm0, option0) {
  one <- follows(arm1, option1); zero <- follows(arm0, option0)
  d <- data.frame(treated = rep(1:0, c(length(one), length(zero))), person = c(one, zero))
  d$weight <- weight[d$person]; d$y <- y[d$person]; d$z <- z[d$person]
  d
}
sets <- list(same = rows(1, 1, 1, 0), other = rows(1, 1, 0, 0))
out <- list()
csv <- NULL
for (name in names(sets)) {
  d <- sets[[name]]
  csv <- rbind(csv, cbind(set = name, d))
  d <- d[order(d$person), ]
  m <- summary(geeglm(y ~ treated, id = person, data = d, weights = weight, corstr = "independence"))$coefficients
  l <- summary(geeglm(z ~ treated, id = person, data = d, weights = weight, family = binomial, corstr = "independence",
    control = geese.control(epsilon = 1e-12, maxit = 100)))$coefficients
  p <- summary(geeglm(z ~ treated, id = person, data = d, weights = weight, corstr = "independence"))$coefficients
  out[[name]] <- c(m[2, 1], m[2, 2], l[2, 1], l[2, 2], p[2, 1], p[2, 2])
}
write.csv(csv, "regimes.csv", row.names = FALSE, quote = FALSE)
cat("{\n")
cat(paste(sprintf(' "%s": [%s]', names(out), sapply(out, function(x) paste(sprintf("%.12g", x), collapse = ", "))), collapse = ",\n"))
cat("\n}\n")
