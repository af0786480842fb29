using System.Diagnostics;
using Lethe.Canaries;
using Lethe.Evidence;
using Lethe.Evidence.Proof;
using Lethe.Facts;
using Lethe.Lab.Machine;
using Lethe.Lab.Protocol;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;

namespace Lethe.Lab.Proof;

/// <summary>One route tried once: baseline, plant, positive control, end, looks until settled, verdict.</summary>
/// <param name="entry">The route.</param>
/// <param name="seed">The canary's seed.</param>
/// <param name="bytes">How much to plant.</param>
/// <param name="search">How a place is searched.</param>
internal sealed class RouteExperiment(CatalogRoute entry, ulong seed, long bytes, CanarySearcher search)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(240);

    private readonly Canary canary = new(seed, entry.Route.Form);
    private readonly Stopwatch searching = new(), planting = new(), ending = new();
    private int looks;

    /// <summary>Scrub free memory after the end, in this order of steps; null for not.</summary>
    public string? Scrub { get; init; }

    /// <summary>Told what an audit reads in the guest while the planted data is there; null for not asking.</summary>
    public Action<RouteRun, HostFacts>? FactsTold { get; init; }

    /// <summary>How long the workload may take to end.</summary>
    public TimeSpan EndLimit { get; init; } = GuestMessage.LongestEnd;

    /// <summary>
    /// Runs it on a machine that was just resumed and still stands still. When it comes to a verdict it stands still again.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="run">What is known of the run before it begins.</param>
    /// <param name="cancel">Ends the experiment.</param>
    /// <returns>The run with its outcome.</returns>
    /// <exception cref="LostMachineException">The machine ended or stopped answering.</exception>
    public async Task<RouteRun> Run(VirtualMachine machine, RouteRun run, CancellationToken cancel)
    {
        long baseline = LookAt(machine, bytes, sinceBaseline: false).Bytes;
        await machine.Continue(cancel);
        planting.Start();
        GuestMessage answer = await machine.Ask(new PlantOrder(entry.Name, seed, bytes).ToMessage(), AnswerLimit, cancel);
        planting.Stop();
        if (answer.Kind != GuestMessage.Planted || answer.Bytes() is not { } planted) return Undecided(run, answer);
        long wanted = Math.Min(bytes, entry.Route.MostBytes);
        // The guest's word decides how much is looked for, so it has to be near what it was told.
        if (planted > wanted || planted < wanted / 2)
            return run with
            {
                Verdict = Verdict.Inconclusive,
                Reason = $"{ByteSize.Format(planted)} were planted, where {ByteSize.Format(wanted)} were wanted",
            };

        await machine.Stop(cancel);
        long live = LookAt(machine, planted, sinceBaseline: baseline == 0).DistinctBytesIn(entry.Route.LivePlace);
        run = run with { PlantedBytes = planted, LiveBytes = live };
        (Verdict verdict, string? reason) = ProofVerdict.Of(planted, baseline, live, planted, control: false);
        // Without the positive control the rest would mean nothing.
        if (verdict == Verdict.Inconclusive) return run with { Verdict = verdict, Reason = reason };

        await machine.Continue(cancel);
        if (FactsTold is not null)
        {
            answer = await machine.Ask(new GuestMessage(GuestMessage.Facts), AnswerLimit, cancel);
            if (answer.Kind != GuestMessage.Told) return Undecided(run, answer);
            FactsTold(run, FactsJson.Read(PackedText.Unpack(answer.Text), "the guest's facts"));
        }

        ending.Start();
        if (entry.Route.Hibernates)
        {
            answer = await machine.AskAcrossPowerCycle(new GuestMessage(GuestMessage.Hibernate), AnswerLimit, cancel);
            if (answer.Kind != GuestMessage.Resumed) return Undecided(run, answer);
        }

        answer = await machine.Ask(GuestMessage.EndWithin(EndLimit), AnswerLimit, cancel);
        ending.Stop();
        if (answer.Kind != GuestMessage.Ended) return Undecided(run, answer);
        run = await Settle(machine, run, baseline, cancel);
        if (Scrub is null || run.Verdict != Verdict.Residue) return run;
        await machine.Continue(cancel);
        answer = await machine.Ask(new GuestMessage(GuestMessage.Scrub, Scrub), AnswerLimit, cancel);
        if (answer.Kind != GuestMessage.Scrubbed) return Undecided(run, answer);
        RouteRun scrubbed = await Settle(machine, run, baseline, cancel);
        return scrubbed with { Scrub = new ScrubEffect(run.ResidueBytes(), Printable.Of(answer.Text)) };
    }

    private async Task<RouteRun> Settle(VirtualMachine machine, RouteRun run, long baseline, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var settling = new Settling();
        while (true)
        {
            await machine.Stop(cancel);
            long at = clock.ElapsedMilliseconds;
            Look look = LookAt(machine, run.PlantedBytes, sinceBaseline: baseline == 0);
            if (settling.Note(at, look.Bytes))
            {
                (Verdict verdict, string? reason) = ProofVerdict.Of(run.PlantedBytes, baseline, run.LiveBytes, look.Bytes, run.Control);
                return run with
                {
                    Residue = look.Describe(machine.Places[Place.Ram]),
                    SettledMs = settling.SettledMs,
                    Timings = new RouteTimings(
                        0,
                        planting.ElapsedMilliseconds,
                        ending.ElapsedMilliseconds,
                        searching.ElapsedMilliseconds,
                        looks
                    ),
                    Verdict = verdict,
                    Reason = reason,
                };
            }

            await machine.Continue(cancel);
            await Task.Delay(settling.PauseAfter(at), cancel);
        }
    }

    private Look LookAt(VirtualMachine machine, long planted, bool sinceBaseline)
    {
        looks++;
        searching.Start();
        Look look = Look.At(machine, canary, planted, search, sinceBaseline);
        searching.Stop();
        return look;
    }

    private static RouteRun Undecided(RouteRun run, GuestMessage answer) => run with
    {
        Verdict = answer.Kind is GuestMessage.Unsupported or GuestMessage.Refused ? Verdict.Unsupported : Verdict.Inconclusive,
        Refused = answer.Kind == GuestMessage.Refused,
        Reason = Printable.Of(answer.Kind switch
        {
            GuestMessage.Unsupported or GuestMessage.Void => answer.Text,
            GuestMessage.Refused => $"refused by the seal: {answer.Text}",
            _ => $"in the guest: {answer.Text}",
        }),
    };
}
