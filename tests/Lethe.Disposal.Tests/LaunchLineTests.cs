using FsCheck;
using FsCheck.Fluent;
using Lethe.Disposal.Launching;
using Lethe.Media.Sealing;

namespace Lethe.Tests.Disposal;

/// <summary>What lethe and the launcher say to each other is read as it was written, whatever it holds.</summary>
public sealed class LaunchLineTests
{
    private static readonly Gen<string> Words = Gen.Elements(
            "/tmp",
            "/dev/shm",
            "a\tb",
            "a\nb",
            "\\",
            "\\t",
            "\r\n",
            "",
            "ü",
            "\u2028",
            "attach"
        )
        .ListOf()
        .Select(parts => string.Concat(parts));

    private static readonly Gen<int> Numbers = Gen.OneOf(Gen.Choose(-1, 1000), Gen.Elements(int.MinValue, int.MaxValue));

    private static readonly Gen<LaunchOrder> Orders = Gen.OneOf(
        Numbers.Select(number => (LaunchOrder)new LaunchOrder.Unshare(number)),
        Numbers.SelectMany(number => Words.Select(word => (LaunchOrder)new LaunchOrder.Attach(number, word))),
        Words.Select(word => (LaunchOrder)new LaunchOrder.MakeDirectory(word)),
        Words.Select(word => (LaunchOrder)new LaunchOrder.ForbidDevice(word)),
        Numbers.Select(number => (LaunchOrder)new LaunchOrder.KeepVariables(number)),
        Numbers.Select(number => (LaunchOrder)new LaunchOrder.RestoreDefaultSignal(number)),
        Gen.Elements(Enum.GetValues<MemfdPolicy>())
            .SelectMany(memfd =>
                Gen.Elements(0, 1, 2, 3).Select(bits => (LaunchOrder)new LaunchOrder.InstallFilter((bits & 1) != 0, memfd, (bits & 2) != 0))
            ),
        Gen.Elements<LaunchOrder>(
            new LaunchOrder.MakeReadOnly(), new LaunchOrder.JoinNewSessionKeyring(), new LaunchOrder.ForbidCoreDumps(),
            new LaunchOrder.ForbidTransparentHugePages(), new LaunchOrder.ForbidNewPrivileges()));

    private static readonly Gen<LaunchAnswer> Answers = Gen.OneOf(
        Numbers.Select(number => (LaunchAnswer)new LaunchAnswer.Done(number)),
        Numbers.SelectMany(number => Words.Select(word => (LaunchAnswer)new LaunchAnswer.Failed(number, word))),
        Numbers.Select(number => (LaunchAnswer)new LaunchAnswer.NotExecuted(number)),
        Gen.Constant((LaunchAnswer)new LaunchAnswer.Gone()));

    [Fact]
    public void Orders_and_answers_are_one_line_each_and_read_as_they_were_written()
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(100_000));
        Check.One(config, Prop.ForAll(Orders.ToArbitrary(), order =>
            LaunchLine.Write(order) is var line && !line.Contains('\n') && !line.Contains('\r') && LaunchLine.ReadOrder(line) == order));
        Check.One(config, Prop.ForAll(Answers.ToArbitrary(), answer =>
            LaunchLine.Write(answer) is var line && !line.Contains('\n') && LaunchLine.ReadAnswer(line) == answer));
    }

    [Fact]
    public void Every_order_has_a_line() => Assert.All(
        typeof(LaunchOrder).GetNestedTypes(), type => Assert.Contains(Orders.Sample(2000), order => order.GetType() == type));

    [Fact]
    public void What_is_no_line_is_refused()
    {
        Gen<string> lines = Gen.OneOf(
            Words,
            Gen.Elements("unshare", "attach", "install-filter", "strict", "traced", "Keep", "7", "done", "failed", "x")
                .ListOf()
                .Select(words => string.Join('\t', words))
        );
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(100_000)),
            Prop.ForAll(lines.ToArbitrary(), line => Reads(() => LaunchLine.ReadOrder(line)) && Reads(() => LaunchLine.ReadAnswer(line)))
        );
        Assert.Throws<InvalidDataException>(() => LaunchLine.ReadOrder("install-filter\tstrict\t7\ttraced"));
        Assert.Throws<InvalidDataException>(() => LaunchLine.ReadOrder("unshare\t99999999999"));
        Assert.Throws<InvalidDataException>(() => LaunchLine.ReadOrder(""));
    }

    private static bool Reads(Action read)
    {
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
        }

        return true;
    }
}
