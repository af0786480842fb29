using System.Diagnostics;
using Lethe.Scanning.Opening;
using Lethe.Scanning.Search;
using Lethe.Scanning.Secrets;
using Lethe.Scanning.Sources;

namespace Lethe.Bench.ScanSpeed;

/// <summary>The greatest resident set of a process that scans and does nothing else (VmHWM of /proc/PID/status).</summary>
internal static class PeakMemory
{
    /// <summary>What this program is called with to be that process.</summary>
    public const string Command = "peak";

    private const long StreamBytes = 17L << 30, SparseBytes = 1L << 40;

    public static void Measure(Image image, Measurement measurement)
    {
        _ = measurement;
        Console.WriteLine(
            "\nPeak memory of a scan with 2 jobs for needles, AES, keys and tokens, in a process of its own\n\n| source | needles | MiB "
                + "|\n|---|---|---|"
        );
        string sparse = $"/dev/shm/lethe-bench-{Environment.ProcessId}-sparse";
        try
        {
            using (FileStream file = File.Create(sparse))
            {
                file.Write(image.Bytes(0, 64 << 20));
                file.SetLength(SparseBytes);
            }

            foreach (int needles in new[] { 256, 100_000 })
            {
                Console.WriteLine($"| file of {SparseBytes >> 40} TiB, all but 64 MiB holes | {needles} | {Run(sparse, needles, null)} |");
                Console.WriteLine($"| stream of {StreamBytes >> 30} GiB | {needles} | {Run("-", needles, image)} |");
            }
        }
        finally
        {
            File.Delete(sparse);
        }
    }

    /// <summary>Scans, and prints the peak in MiB.</summary>
    public static void Scan(string name, int needles)
    {
        var random = new Random(4);
        Needle[] wanted =
        [
            .. Enumerable
                .Range(0, needles)
                .Select(index => new Needle("text", $"{index}", random.GetItems("abcdefghijklmnopqrstuvwxyz0123456789"u8, 32))),
        ];
        IDetector[] detectors = [new NeedleDetector(wanted), new AesSchedules(), new RsaPrimes(), new AnchoredSecrets()];
        using (Source source = SourceOpener.Open(name)) new Scanner(detectors, new ScanOptions { Jobs = 2 }).Scan(source);
        string peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) >> 10);
    }

    private static string Run(string name, int needles, Image? stream)
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Command, name, $"{needles}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = stream is not null,
        })!;
        if (stream is not null)
        {
            const int Block = 1 << 20;
            for (long at = 0; at < StreamBytes; at += Block)
                process.StandardInput.BaseStream.Write(stream.Bytes(at % stream.Length, Block));
            process.StandardInput.Close();
        }

        string peak = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? peak : $"failed ({process.ExitCode})";
    }
}
