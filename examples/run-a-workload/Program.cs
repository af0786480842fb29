// A program that is not lethe, and runs a command so that nothing of it remains.
using Lethe.Disposal;
using Lethe.Disposal.Planning;
using Lethe.Disposal.Workloads;
using Lethe.Media.Sealing;

if (Roles.Play(args) is { } role) return role;
var command = new ProcessTree(args.Length > 0 ? args : ["sh", "-c", "echo secret >/tmp/secret; cat /tmp/secret"]);
DisposalPlan plan = DisposalPlan.Of(command.Kind, new SealOptions { Strict = true });
using var record = DisposalRecord.None();
DisposalOutcome outcome = new DisposalSession(command, plan, record, Console.Error.WriteLine).Run();
foreach (var medium in outcome.Certificate.Media) Console.Error.WriteLine($"{medium.Medium}: {medium.Verdict} {medium.Reason}");
return outcome.Certificate.ExitCode ?? 1;
