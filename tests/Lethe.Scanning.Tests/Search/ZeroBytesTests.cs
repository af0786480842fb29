using FsCheck;
using FsCheck.Fluent;
using Lethe.Scanning.Search;

namespace Lethe.Tests.Scanning.Search;

public sealed class ZeroBytesTests
{
    [Fact]
    public void One_byte_is_seen_wherever_it_lies() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        byte[] bytes = new byte[random.Next(600)];
        if (!ZeroBytes.Fill(bytes)) return false;
        if (bytes.Length == 0) return true;
        bytes[random.Next(bytes.Length)] = (byte)random.Next(1, 256);
        return !ZeroBytes.Fill(bytes);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(Trials.Of(2000)));
}
