using Lethe.Evidence;
using Lethe.Lab.Protocol;
using Lethe.Media;

namespace Lethe.Tests.Lab;

public sealed class ProtocolTests
{
    private static readonly int HostileCases = Trials.Of(100_000);

    [Fact]
    public void Orders_and_states_survive_the_way()
    {
        var order = new PlantOrder("swap/exit", 0x8000000000000001, 8 << 20);
        Assert.Equal(order, PlantOrder.Parse(GuestMessage.Parse(order.ToMessage().ToString()).Text));
        var state = new GuestState("6.1.0-56-cloud-amd64", new EffectiveState(true, false, true));
        Assert.Equal(state, GuestState.Parse(GuestMessage.Parse(state.ToMessage().ToString()).Text));
        Assert.Equal(8 << 20, GuestMessage.Parse("planted 8388608").Bytes());
    }

    [Fact]
    public void A_reason_with_line_breaks_stays_one_line() =>
        Assert.Equal("failed one two", new GuestMessage(GuestMessage.Failed, "one\ntwo").ToString());

    [Theory]
    [InlineData("planted -1")]
    [InlineData("planted 99999999999999999999")]
    [InlineData("planted")]
    [InlineData("planted 8 8")]
    public void A_count_that_is_none_is_none(string line) => Assert.Null(GuestMessage.Parse(line).Bytes());

    [Fact]
    public void Whatever_a_guest_sends_is_a_message()
    {
        var random = Trials.Random(20261122);
        string[] starts = ["ready 6.1 True False ", "plant swap/exit 80 ", "planted ", "", "failed "];
        for (int test = 0; test < HostileCases; test++)
        {
            char[] noise = new char[random.Next(40)];
            for (int index = 0; index < noise.Length; index++) noise[index] = (char)random.Next(random.Next(2) == 0 ? 128 : 65536);
            GuestMessage message = GuestMessage.Parse(starts[test % starts.Length] + new string(noise));
            _ = message.Bytes();
            _ = PlantOrder.Parse(message.Text);
            _ = GuestState.Parse(message.Text);
        }
    }

    [Theory]
    [InlineData("[    0.1] mem auto-init: stack:off, heap alloc:on, heap free:off\n", true, false, false)]
    [InlineData(
        "[    0.1] mem auto-init: stack:off, heap alloc:on, heap free:on\n[    0.1] mem auto-init: clearing system memory may take some "
            + "time...\n",
        true,
        true,
        false
    )]
    [InlineData(
        "[    0.1] mem auto-init: CONFIG_PAGE_POISONING is on, will take precedence over init_on_alloc and init_on_free\n[    0.1] mem "
            + "auto-init: stack:off, heap alloc:off, heap free:off\n",
        false,
        false,
        true
    )]
    public void The_effective_state_is_read_from_the_boot_log(string log, bool alloc, bool free, bool poison) =>
        Assert.Equal(new EffectiveState(alloc, free, poison), BootLog.EffectiveStateIn(log));

    [Fact]
    public void A_log_that_says_nothing_leaves_the_state_unknown()
    {
        Assert.Null(BootLog.EffectiveStateIn("[    0.1] something else\n"));
        Assert.Equal(new GuestState("6.9.1", null), GuestState.Parse(new GuestState("6.9.1", null).ToMessage().Text));
    }
}
