using System.CommandLine;
using System.CommandLine.Help;
using Lethe.Evidence;
using Lethe.Linux;

namespace Lethe.Cli.Commands;

/// <summary>Runs a command line and turns whatever goes wrong into one line, a hint, and an exit code.</summary>
internal static class CommandRunner
{
    public static int Run(RootCommand root, string[] arguments)
    {
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is not HelpAction)
        {
            // Who names no command wants to know which there are; nothing was done, so this is no success.
            if (parsed.Errors.Count > 0 && parsed.CommandResult.Command.Action is null && parsed.UnmatchedTokens.Count == 0)
            {
                root.Parse([.. arguments, "--help"]).Invoke();
                return ExitCode.Usage;
            }

            if (UsageError.Find(parsed, arguments) is { } error) return Fail(error.Message, error.Hint, ExitCode.Usage);
        }

        try
        {
            return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).GetAwaiter().GetResult();
        }
        catch (FailureException failure)
        {
            return Fail(failure.Message, failure.Hint, failure.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted", "nothing was left running", ExitCode.Interrupted);
        }
        catch (LinuxException failure) when (failure.Error is Errno.EACCES or Errno.EPERM)
        {
            return Fail(failure.Message, "run it as root, or as a user who may do this", ExitCode.Permission);
        }
        catch (UnauthorizedAccessException failure)
        {
            return Fail(failure.Message, "choose a place that you may write to", ExitCode.Permission);
        }
        catch (LinuxException failure) when (failure.Error == Errno.ENOMEM)
        {
            return Fail(failure.Message, "use less: --memory, --jobs 1", ExitCode.OperationalError);
        }
        catch (IOException failure)
        {
            return Fail(failure.Message, "see that there is space and that the path is right", ExitCode.OperationalError);
        }
        catch (Exception failure)
        {
            return Fail(
                $"lethe failed: {failure.GetType().Name}: {failure.Message}",
                "this is a mistake in lethe: please report it with what you did",
                ExitCode.OperationalError
            );
        }
    }

    private static int Fail(string message, string hint, int exitCode)
    {
        Notice.Write(message, hint);
        return exitCode;
    }
}
