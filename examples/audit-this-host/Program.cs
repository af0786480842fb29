// Judges this machine, and prints each medium that its settings leave open, with the rules that say so.
using Lethe.Evidence.Audit;
using Lethe.Facts.Collecting;
using Lethe.Media.Hosts;
using Lethe.Media.Matrix;

HostAudit audit = HostAudit.Of(LiveFacts.Collect(MediaMatrix.Wants), Profile.Everything);
foreach (MediumPosture medium in audit.Media.Where(medium => medium.State == Posture.Open))
    Console.WriteLine($"{medium.Medium}: {string.Join(", ", medium.Because)}");
