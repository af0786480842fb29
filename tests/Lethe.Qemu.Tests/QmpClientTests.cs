using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Lethe.Linux;
using Lethe.Qemu;

namespace Lethe.Tests.Qemu;

/// <summary>This process plays QEMU, and what only pretends to be it.</summary>
public sealed class QmpClientTests
{
    private const string Greeting = """{"QMP": {"version": {}, "capabilities": []}}""" + "\n", Answer = """{"return": {}}""" + "\n";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Commands_are_answered_between_events()
    {
        using var other = new Other(
            Greeting,
            Answer,
            """{"event": "RESUME"}""" + "\n" + """{"return": {"status": "running", "count": 3}}""" + "\r\n"
        );
        QmpClient.Within(Patience, async cancel =>
        {
            await other.Client.Greet(cancel);
            JsonNode? status = await other.Client.Execute("query-status", new JsonObject { ["a"] = "\u00e9" }, cancel);
            Assert.Equal(
                ("running", 3L, null, null),
                (
                    QmpClient.Text(status, "status"),
                    QmpClient.Number(status, "count"),
                    QmpClient.Text(status, "count"),
                    QmpClient.Number(status, "none")
                )
            );
            return 0;
        });
        Assert.Equal(
            ["qmp_capabilities", "query-status"],
            other.Heard.Select(line => JsonNode.Parse(line)!["execute"]!.GetValue<string>())
        );
        Assert.Equal("\u00e9", JsonNode.Parse(other.Heard[1])!["arguments"]!["a"]!.GetValue<string>());
        Assert.Equal(Environment.ProcessId, other.Client.PeerProcess);
    }

    [Theory]
    [InlineData("{\"error\": {\"desc\": \"no\"}}", "QEMU refused stop: no")]
    [InlineData("{\"error\": 7}", "QEMU refused stop: ")]
    [InlineData("{\"error\": {\"desc\": [1]}}", "QEMU refused stop: ")]
    [InlineData("[1]", "QEMU's monitor sent what is not an object")]
    [InlineData("null", "QEMU's monitor sent what is not an object")]
    [InlineData("{\"return\": 1, \"return\": 2}", "QEMU's monitor sent what is not JSON: {\"return\": 1, \"return\": 2}")]
    [InlineData("{", "QEMU's monitor sent what is not JSON: {")]
    public void What_is_no_answer_is_refused(string says, string expected)
    {
        using var other = new Other(says + "\n");
        Assert.Equal(expected, Assert.Throws<QmpException>(() => Stop(other)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}\n")]
    [InlineData("HTTP/1.1 400 Bad Request\n")]
    public void What_does_not_greet_is_no_monitor(string says)
    {
        using var other = new Other(socket => socket.Send(Encoding.UTF8.GetBytes(says)));
        Assert.ThrowsAny<IOException>(() => QmpClient.Within(Patience, async cancel =>
        {
            await other.Client.Greet(cancel);
            return 0;
        }));
    }

    [Fact]
    public void A_line_without_end_takes_bounded_memory()
    {
        using var other = new Other(socket =>
        {
            byte[] piece = Encoding.ASCII.GetBytes(new string('[', 1 << 16));
            while (true) socket.Send(piece);
        });
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Contains("without end", Assert.ThrowsAny<IOException>(() => Stop(other)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 << 20);
    }

    [Fact]
    public void Events_without_end_are_waited_through_only_so_long()
    {
        byte[] word = Encoding.ASCII.GetBytes("""{"event": "NOISE"}""" + "\n");
        using var other = new Other(socket =>
        {
            while (true) socket.Send(word);
        });
        Assert.True(Assert.Throws<QmpException>(() => Stop(other, TimeSpan.FromSeconds(1))).IsSilent);
    }

    [Fact]
    public void Who_says_nothing_is_not_waited_for()
    {
        using var other = new Other(Drain);
        Assert.True(Assert.Throws<QmpException>(() => Stop(other, TimeSpan.FromMilliseconds(200))).IsSilent);
    }

    [Fact]
    public void Garbage_is_refused_and_does_no_harm()
    {
        var random = Trials.Random(20261203);
        byte[] good = Encoding.UTF8.GetBytes("""{"return": {"a": [1, "\u00e9", null, {"b": -2.5e3}]}, "id": 7}""");
        int cases = Trials.Of(10_000), refused = 0;
        using var other = new Other(socket =>
        {
            new Thread(() => Drain(socket)) { IsBackground = true }.Start();
            for (int test = 0; test < cases; test++)
            {
                byte[] line = [.. good, (byte)'\n'];
                for (int change = random.Next(1, 6); change > 0; change--)
                    line[random.Next(line.Length - 1)] = random.Next(3) == 0 ? (byte)random.Next(256) : good[random.Next(good.Length)];
                socket.Send(line);
            }
        });
        for (bool goesOn = true; goesOn;)
        {
            try
            {
                JsonNode? result = Stop(other);
                _ = (QmpClient.Text(result, "a"), QmpClient.Number(result, "a"));
            }
            catch (QmpException)
            {
                refused++;
            }
            catch (IOException)
            {
                goesOn = false;
            }
        }

        Assert.InRange(refused, 1, 2 * cases);
    }

    private static void Drain(Socket socket)
    {
        byte[] heard = new byte[1 << 16];
        try
        {
            while (socket.Receive(heard) > 0)
            {
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static JsonNode? Stop(Other other, TimeSpan? limit = null) =>
        QmpClient.Within(limit ?? Patience, cancel => other.Client.Execute("stop", null, cancel));

    /// <summary>The other end of a pair of sockets.</summary>
    private sealed class Other : IDisposable
    {
        private readonly Descriptor end;
        private readonly Socket theirs;
        private readonly Thread thread;

        public Other(params string[] answers) : this(socket =>
        {
        }, answers)
        {
        }

        public Other(Action<Socket> plays) : this(plays, [])
        {
        }

        // Of several answers the first is a greeting when there is more than one command; each further one waits for a line.
        private Other(Action<Socket> plays, string[] answers)
        {
            (Socket ours, end) = LocalSocket.Pair();
            theirs = new Socket(new SafeSocketHandle(end.Number, ownsHandle: false));
            Client = new QmpClient(ours);
            thread = new Thread(() =>
            {
                try
                {
                    for (int index = 0; index < answers.Length; index++)
                    {
                        if (index > 0 || answers.Length == 1) Heard.Add(Line());
                        theirs.Send(Encoding.UTF8.GetBytes(answers[index]));
                    }

                    plays(theirs);
                    if (answers.Length == 0) theirs.Shutdown(SocketShutdown.Send);
                }
                catch (Exception over) when (over is SocketException or ObjectDisposedException)
                {
                    // The client has heard enough, or the test is over.
                }
            })
            { IsBackground = true };
            thread.Start();
        }

        public QmpClient Client { get; }

        public List<string> Heard { get; } = [];

        public void Dispose()
        {
            Client.Dispose();
            thread.Join();
            theirs.Dispose();
            end.Dispose();
        }

        private string Line()
        {
            var line = new List<byte>();
            byte[] one = new byte[1];
            while (theirs.Receive(one) == 1 && one[0] != '\n') line.Add(one[0]);
            return Encoding.UTF8.GetString([.. line]);
        }
    }
}
