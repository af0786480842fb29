using Lethe.Linux;

namespace Lethe.Tests.Linux;

public sealed class ChildProcessTests
{
    [Fact]
    public void A_command_gives_back_what_it_printed() => Assert.Equal("hello\n", Command.Run("/bin/echo", "hello"));

    [Fact]
    public void A_failing_command_says_what_it_complained_about()
    {
        var failure = Assert.Throws<CommandFailedException>(() => Command.Run("/bin/sh", "-c", "echo broken >&2; exit 7"));
        Assert.Contains("exit 7", failure.Message);
        Assert.Contains("broken", failure.Message);
    }

    [Fact]
    public void A_missing_program_is_an_error() => Assert.Throws<LinuxException>(() => Command.Run("/no/such/program"));

    [Fact]
    public void Descriptors_arrive_in_order_even_when_their_numbers_cross()
    {
        // Each gets one letter; the child tells which letter came through which number.
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
        using var output = new MemoryFile("output", 0);
        var ends = Enumerable.Range(0, 4).Select(_ => Descriptor.Pipe()).ToArray();
        for (int index = 0; index < ends.Length; index++)
        {
            ends[index].Write.WriteAll([(byte)('a' + index)]);
            ends[index].Write.Dispose();
        }

        var descriptors = new List<Descriptor> { nothing, output.Descriptor, nothing };
        descriptors.AddRange(ends.Reverse().Select(end => end.Read));
        using (var child = ChildProcess.Start("/bin/sh", ["-c", "cat <&3; cat <&4; cat <&5; cat <&6"], descriptors))
            Assert.Equal(0, child.WaitForExit());
        Assert.Equal("dcba", output.ReadText());
        foreach (var end in ends) end.Read.Dispose();
    }

    [Fact]
    public void A_child_gets_no_descriptor_it_was_not_given()
    {
        using var secret = new MemoryFile("unshared", 0);
        // Other tests open and close descriptors meanwhile, so only this one is looked up.
        Assert.Contains("unshared", File.ResolveLinkTarget(secret.Path, returnFinalTarget: false)!.FullName);
        Assert.DoesNotContain("unshared", Command.Run("/bin/ls", "-l", "/proc/self/fd"));
    }

    [Fact]
    public void Disposing_kills_the_child()
    {
        using Descriptor nothing = Descriptor.Open("/dev/null", FileCalls.O_RDWR);
        var child = ChildProcess.Start("/bin/sleep", ["1000"], [nothing, nothing, nothing]);
        Assert.Null(child.Poll());
        child.Dispose();
        Assert.Equal(ProcessCalls.SIGKILL, child.Poll());
    }
}
