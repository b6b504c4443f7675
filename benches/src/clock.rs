//! Wall and CPU time of a stretch of work.
//!
//! CPU time is that of the whole process, all threads, user and system: on a shared machine
//! it says what work costs where wall time says how busy the others were.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What a stretch of work took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Time that went by.
    pub wall: Duration,
    /// Time of all threads, user and system.
    pub cpu: Duration,
}

impl Spent {
    /// Both stretches together.
    #[must_use]
    pub fn plus(self, other: Spent) -> Spent {
        Spent { wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }
}

/// Does `work` and says what it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    let (wall, cpu) = (Instant::now(), process_cpu());
    let done = work();
    (done, Spent { wall: wall.elapsed(), cpu: process_cpu().saturating_sub(cpu) })
}

/// CPU time of this process since it began.
fn process_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or_default());
    seconds + Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_returned_and_its_cpu_time_counted() {
        // Works until the CPU clock has moved by 20 ms; it stands still while others run.
        let (sum, spent) = timed(|| {
            let (end, mut sum) = (process_cpu() + Duration::from_millis(20), 0_u64);
            while process_cpu() < end {
                sum = std::hint::black_box(sum + 1);
            }
            sum
        });
        assert!(sum > 0);
        assert!(spent.cpu >= Duration::from_millis(20), "{spent:?}");
        assert_eq!(spent.plus(spent).wall, spent.wall * 2);
    }
}
