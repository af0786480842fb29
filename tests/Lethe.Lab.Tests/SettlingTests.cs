using FsCheck;
using FsCheck.Fluent;
using Lethe.Lab.Proof;

namespace Lethe.Tests.Lab;

public sealed class SettlingTests
{
    [Fact]
    public void Nothing_left_is_settled_at_once()
    {
        var settling = new Settling();
        Assert.True(settling.Note(5, 0));
        Assert.Equal(5, settling.SettledMs);
    }

    [Fact]
    public void What_goes_away_later_is_waited_for()
    {
        var settling = new Settling();
        Assert.False(settling.Note(0, 800));
        Assert.False(settling.Note(900, 700));
        Assert.False(settling.Note(1800, 100));
        Assert.True(settling.Note(2000, 0));
        Assert.Equal(2000, settling.SettledMs);
    }

    [Fact]
    public void What_stays_the_same_is_settled_when_it_was_first_seen()
    {
        var settling = new Settling();
        Assert.False(settling.Note(10, 800));
        Assert.False(settling.Note(1009, 800));
        Assert.True(settling.Note(1010, 800));
        Assert.Equal(10, settling.SettledMs);
    }

    [Fact]
    public void What_stays_is_looked_at_early_and_when_it_can_be_settled()
    {
        var settling = new Settling();
        Assert.False(settling.Note(20, 800));
        Assert.Equal(TimeSpan.FromMilliseconds(480), settling.PauseAfter(20));
        Assert.False(settling.Note(500, 800));
        Assert.Equal(TimeSpan.FromMilliseconds(520), settling.PauseAfter(500));
        Assert.True(settling.Note(1020, 800));
    }

    [Fact]
    public void What_changes_is_waited_for_as_long_again()
    {
        var settling = new Settling();
        Assert.False(settling.Note(20, 800));
        Assert.False(settling.Note(500, 100));
        Assert.Equal(TimeSpan.FromMilliseconds(1000), settling.PauseAfter(500));
        Assert.False(settling.Note(1499, 100));
        Assert.True(settling.Note(1500, 100));
    }

    [Fact]
    public void It_always_ends() => Prop.ForAll<int[]>(counts =>
    {
        var settling = new Settling();
        long at = 0;
        for (int look = 0; at <= Settling.LimitMs; look++, at += (long)settling.PauseAfter(at).TotalMilliseconds)
        {
            // Never zero, always another count: only the limit can end it.
            if (settling.Note(at, look * 2 + 1 + (counts.Length > 0 ? counts[0] & 1 : 0))) return at >= Settling.LimitMs;
        }

        return settling.Note(at, 1);
    }).QuickCheckThrowOnFailure();
}
