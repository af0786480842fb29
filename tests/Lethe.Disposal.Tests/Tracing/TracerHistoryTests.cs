using FsCheck;
using FsCheck.Fluent;

namespace Lethe.Tests.Disposal.Tracing;

/// <summary>Workloads of any shape, whose events the tracer hears in any order that a kernel may tell them in.</summary>
public sealed class TracerHistoryTests
{
    private const int MostChoices = 400;

    [Fact]
    public void Without_kills_all_memory_is_wiped_once_its_last_user_ends_and_nothing_stands_still() =>
        ForAll(4000, choices => TracerTrial.Check(new GeneratedHistory(choices, kills: false).Of));

    [Fact]
    public void Kills_take_away_nothing_but_what_they_keep_from_being_told() =>
        ForAll(4000, choices => TracerTrial.Check(new GeneratedHistory(choices, kills: true).Of));

    [Fact]
    public void What_kills_in_exit_stops_take_away_is_told() =>
        ForAll(2000, choices =>
        {
            var flaws = new Flaws { KillsAtExit = true, KillsBetweenLookAndContinue = true };
            TracerTrial.Check(new GeneratedHistory(choices, kills: true).Of, flaws, faultless: false);
        });

    [Fact]
    public void What_is_not_wiped_for_want_of_memory_or_descriptors_is_told() => ForAll(2000, choices =>
    {
        int asked = 0;
        bool Short() => choices.Length > 0 && choices[asked++ % choices.Length] % 4 == 0;
        var flaws = new Flaws { ShortOfDescriptors = Short, CannotHold = Short };
        TracerTrial.Check(new GeneratedHistory(choices, kills: true).Of, flaws, faultless: false);
    });

    private static void ForAll(int count, Action<byte[]> check) =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), check)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(count)).WithEndSize(MostChoices));
}
