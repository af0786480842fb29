namespace Lethe.Lab;

/// <summary>The virtual machine ended, or stopped answering: an accident of the laboratory, not a finding.</summary>
internal sealed class LostMachineException(string message, string console) : Exception(message)
{
    private const int ShownLines = 12;

    /// <summary>The last lines of the machine's console.</summary>
    public IReadOnlyList<string> ConsoleTail { get; } =
        [.. console.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).TakeLast(ShownLines)];
}
