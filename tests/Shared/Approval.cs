using System.Runtime.CompilerServices;

namespace Lethe.Tests;

/// <summary>Compares text with an approved file beside the test. A difference fails and leaves the received text next to it.</summary>
internal static class Approval
{
    public static void Check(string received, string name, [CallerFilePath] string source = "")
    {
        string directory = Path.Combine(Path.GetDirectoryName(source)!, "Expectations");
        Directory.CreateDirectory(directory);
        string approvedPath = Path.Combine(directory, $"{name}.verified");
        string receivedPath = Path.Combine(directory, $"{name}.received");
        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath) : "";
        if (received == approved)
        {
            File.Delete(receivedPath);
            return;
        }

        File.WriteAllText(receivedPath, received);
        Assert.Fail($"{name} differs from what was approved; compare {receivedPath} with {approvedPath}");
    }
}
