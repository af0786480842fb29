using System.Diagnostics;
using System.Text;

namespace Lethe.Bench.ScanSpeed;

/// <summary>Other programs, whole processes, on the same file in memory; those that are not installed are left out.</summary>
internal static class Peers
{
    private const long MostBytes = 256 << 20;

    public static void Measure(Image image, Measurement measurement)
    {
        long length = Math.Min(image.Length, MostBytes);
        using var part = new Image(length);
        using var file = new ImageFile(part);
        Console.WriteLine(
            $"\nOther programs on a file of {length >> 20} MiB in tmpfs, processor time of the whole process, once\n\n| what | GB/s "
                + "|\n|---|---|"
        );
        string directory = Path.GetDirectoryName(file.Path)!;
        foreach (int count in new[] { 16, 256 })
        {
            string[] needles = [.. part.Plant(count, seed: count).Needles.Select(Encoding.ASCII.GetString)];
            string list = Path.Combine(directory, "needles"), rules = Path.Combine(directory, "rules");
            File.WriteAllLines(list, needles);
            File.WriteAllLines(
                rules,
                ["rule needles { strings:", .. needles.Select((needle, index) => $"$n{index} = \"{needle}\""), "condition: any of them }"]
            );
            Row($"ripgrep, {count} needles", length, "rg", "-a", "-c", "-F", "-f", list, file.Path);
            Row($"YARA, {count} needles", length, "yara", "--no-warnings", rules, file.Path);
        }

        Row("aeskeyfind", length, "aeskeyfind", "-q", file.Path);
        Row("bulk_extractor, aes only", length, "bulk_extractor", "-q", "-E", "aes", "-o", Path.Combine(directory, "bulk"), file.Path);
    }

    /// <summary>Processor time of all children that ended: proc_pid_stat(5), fields 16 and 17, in hundredths of a second.</summary>
    private static double ChildSeconds()
    {
        string[] fields = File.ReadAllText("/proc/self/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (long.Parse(fields[13]) + long.Parse(fields[14])) / 100.0;
    }

    private static void Row(string what, long bytes, string program, params string[] arguments)
    {
        try
        {
            double before = ChildSeconds();
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Console.WriteLine($"| {what} | {bytes / (ChildSeconds() - before) / 1e9:0.000} |");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine($"| {what} | not installed |");
        }
    }
}
