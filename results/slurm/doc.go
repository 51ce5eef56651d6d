// Package slurm shares a command's work out over the tasks of a Slurm array job: it
// writes the scripts, knows which shards are done from what is in their folders, and
// says what has to be sent again.
//
// The folder of a job holds:
//
//	job.json          which command, and in how many shards
//	NAME.toml         the scenario with all settings, which is what the tasks run
//	tasks.sbatch      the array job, a shard a task
//	merge.sbatch      the job that joins the shards after it
//	shards/N          the folder of shard N
//	logs/N.log        what its task says
//	results           what merge makes
//
// How many shards there are is said by job.json and the script, and never by the
// environment: a task that is sent again alone is still the same shard.
package slurm
