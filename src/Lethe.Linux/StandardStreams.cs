namespace Lethe.Linux;

/// <summary>
/// Descriptors 0, 1 and 2, if the caller of this program left some of them closed. The first files that the program opens would
/// get these numbers, and a child that inherits them would read and write there. So Native/main.c opens placeholders.
/// </summary>
internal static class StandardStreams
{
    private const int Count = 3;

    /// <summary>Makes the placeholders close-on-exec. Another program then finds closed what was closed.</summary>
    public static void CloseUnusedOnExecute()
    {
        foreach (int number in Enumerable.Range(0, Count).Where(IsPlaceholder)) FileCalls.CloseOnExecute(number);
    }

    private static bool IsPlaceholder(int number) =>
        FileCalls.Control(number, FileCalls.F_GETFL, 0) is >= 0 and var flags && (flags & FileCalls.O_PATH) != 0;
}
