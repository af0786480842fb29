using Lethe.Canaries;
using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.AnonymousMemory;

/// <summary>Secrets that a program gets in its environment.</summary>
internal sealed unsafe class EnvironmentStrings()
    : Route("environment", "a program that was given secrets in its environment is killed, and its parent exits")
{
    // The kernel takes strings of at most 128 KiB (MAX_ARG_STRLEN, include/uapi/linux/binfmts.h). All strings together may have
    // a quarter of the stack limit, which is 8 MiB by default.
    private const int StringLength = 120 * 1024;
    private const long MostTogether = 12 * StringLength;

    private ChildProcess program = null!;

    public override CanaryForm Form => CanaryForm.Text;

    public override long MostBytes => MostTogether;

    public override long Plant(Planting planting)
    {
        int strings = (int)((planting.Bytes + StringLength - 1) / StringLength);
        using MemoryRange text = MemoryRange.Anonymous(strings * (StringLength + 16L));
        // SAFETY: the vector has a place for each string and one for the null behind them. The slice below throws before an index beyond
        // them is used, and the strings stay mapped until the child has executed its program.
        nint* vector = stackalloc nint[strings + 1];
        vector[strings] = 0;
        int index = 0;
        long planted = planting.Pour(piece =>
        {
            // Each string is "S=", the letters, and the zero that is already there.
            Span<byte> place = text.Bytes.Slice(index * (StringLength + 16), StringLength + 16);
            "S="u8.CopyTo(place);
            piece.CopyTo(place[2..]);
            vector[index] = (nint)text.Start + index * (StringLength + 16);
            index++;
        }, StringLength);
        program = ChildProcess.StartWithEnvironment("/bin/busybox", ["sleep", "1000000"], new ReadOnlySpan<nint>(vector, strings + 1));
        text.Bytes.Clear();
        return planted;
    }

    public override void EndInWorkload() => program.Dispose();

    public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
}
