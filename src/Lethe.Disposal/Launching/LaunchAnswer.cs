namespace Lethe.Disposal.Launching;

/// <summary>What the launcher says to lethe.</summary>
internal abstract record LaunchAnswer
{
    private LaunchAnswer()
    {
    }

    /// <summary>All orders are done.</summary>
    /// <param name="Listener">The number of its descriptor that answers for memory files, or -1.</param>
    public sealed record Done(int Listener) : LaunchAnswer;

    /// <summary>An order failed, and the command is not executed.</summary>
    /// <param name="Error">The kernel's answer, an errno value; 0 when it was not the kernel that refused.</param>
    /// <param name="Text">What failed, in a sentence.</param>
    public sealed record Failed(int Error, string Text) : LaunchAnswer;

    /// <summary>The command could not be executed.</summary>
    /// <param name="Error">The kernel's answer, an errno value.</param>
    public sealed record NotExecuted(int Error) : LaunchAnswer;

    /// <summary>Nothing more comes: the command was executed, which closes the descriptor, or the launcher ended by itself.</summary>
    public sealed record Gone : LaunchAnswer;
}
