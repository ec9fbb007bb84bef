# The work of bench-stats.ts in R: CPU seconds of a vectorised closed form in base R, and of survey's svyby.
# Rscript bench-stats.R N: svyby for the first N sizes (the third takes minutes and gigabytes).
suppressPackageStartupMessages(library(survey))
slow <- as.integer(c(commandArgs(TRUE), "1")[1])
sizes <- list(c(12000, 140), c(100000, 1400), c(1000000, 1400))
set.seed(1)

draw <- function(n, towns, gain) {
  town <- rep_len(seq_len(towns), n)
  lift <- .06 * (runif(towns) - .5)
  answer <- function(rate) ifelse(runif(n) < .02, NA, as.integer(runif(n) < pmin(.999, rate + lift[town] + gain * runif(n))))
  data.frame(town = town, a = answer(.92), b = answer(.95), c = answer(.97))
}

wilson <- function(p, n, t) {
  d <- 1 + t^2 / n
  h <- t / d * sqrt(p * (1 - p) / n + t^2 / (4 * n^2))
  m <- (p + t^2 / (2 * n)) / d
  list(l = pmax(0, m - h), u = pmin(1, m + h))
}
rates <- function(d, v, towns) {
  y <- d[[v]]; k <- !is.na(y)
  all <- tabulate(d$town, towns); n <- tabulate(d$town[k], towns); x <- tabulate(d$town[k & y == 1], towns)
  p <- x / n; v <- all / (all - 1) * p * (1 - p) / n
  ne <- ifelse(v > 0, pmin(n, p * (1 - p) / v), n); t <- qt(.975, n - 1)
  lower <- ifelse(x == 0, 0, qbeta(.025, ne * p, ne * (1 - p) + 1)); upper <- ifelse(x == n, 1, qbeta(.975, ne * p + 1, ne * (1 - p)))
  list(p = p, v = v, n = n, lower = lower, upper = upper, w = wilson(p, ne, t))
}
closed <- function(last, now, towns) lapply(c("a", "b", "c"), function(v) {
  a <- rates(last, v, towns); b <- rates(now, v, towns); d <- b$p - a$p; se <- sqrt(a$v + b$v)
  list(lower = d - sqrt((b$p - b$w$l)^2 + (a$w$u - a$p)^2), upper = d + sqrt((b$w$u - b$p)^2 + (a$p - a$w$l)^2),
       q = p.adjust(2 * pt(-abs(d / se), a$n + b$n - 2), "BH"))
})
svyway <- function(last, now, towns) lapply(c("a", "b", "c"), function(v) {
  one <- function(d) {
    d$w <- 1
    des <- svydesign(ids = ~1, strata = ~town, weights = ~w, data = d, check.strata = FALSE)
    svyby(make.formula(v), ~town, des[!is.na(d[[v]]), ], svymean)
  }
  a <- one(last); b <- one(now); diff <- b[[v]] - a[[v]]; se <- sqrt(SE(a)^2 + SE(b)^2)
  p.adjust(2 * pnorm(-abs(diff / se)), "BH")
})
cpu <- function(f) sum(system.time(f)[c(1, 2)])

for (i in seq_along(sizes)) {
  n <- sizes[[i]][1]; towns <- sizes[[i]][2]; last <- draw(n, towns, 0); now <- draw(n, towns, .02)
  closed(last, now, towns)
  runs <- max(1, round(20 / i))
  cat(sprintf("closed %d %.6f\n", i - 1, cpu(for (r in seq_len(runs)) closed(last, now, towns)) / runs))
  if (i <= slow) cat(sprintf("svyby %d %.3f\n", i - 1, cpu(svyway(last, now, towns))))
}
