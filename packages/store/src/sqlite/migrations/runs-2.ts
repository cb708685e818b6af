/**
 * Runs by schedule time, as `runs_scheduled` already has those that are to come. A run enters the two indexes of what has ended
 * when it ends, never before: that is when nothing waits for the commit.
 */
export const runs2: string = `
CREATE INDEX runs_outcome_due ON runs (outcome, t_schedule) WHERE outcome IS NOT NULL;
CREATE INDEX runs_job_due ON runs (job, outcome, t_schedule) WHERE outcome IS NOT NULL;
CREATE INDEX runs_live_due ON runs (t_schedule) WHERE live = 1;
`
