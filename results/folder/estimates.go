package folder

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"caseload/analysis"
	"caseload/analysis/estimate"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// estimateRow is a row of the estimates: what one analysis of one replicate
// says. What is not defined is missing, never NaN. The columns of both files
// are made of it. Texts have no dictionary, although they repeat: the library encodes the numbers
// of a dictionary in other bytes on processors with AVX2 than on others.
type estimateRow struct {
	Replicate   int64    `parquet:"replicate,delta"`
	Outcome     string   `parquet:"outcome,plain"`
	Subgroup    string   `parquet:"subgroup,plain"`
	Contrast    string   `parquet:"contrast,plain"`
	Method      string   `parquet:"method,plain"`
	Set         string   `parquet:"set,plain"`
	Effect      string   `parquet:"effect,plain"`
	Status      string   `parquet:"status,plain"`
	Estimate    *float64 `parquet:"estimate,optional"`
	SE          *float64 `parquet:"se,optional"`
	DF          *float64 `parquet:"df,optional"`
	Low         *float64 `parquet:"low,optional"`
	High        *float64 `parquet:"high,optional"`
	Stat        *float64 `parquet:"stat,optional"`
	P           *float64 `parquet:"p,optional"`
	SMD         *float64 `parquet:"smd,optional"`
	NTreated    *float64 `parquet:"n_treated,optional"`
	NControl    *float64 `parquet:"n_control,optional"`
	MeanTreated *float64 `parquet:"mean_treated,optional"`
	MeanControl *float64 `parquet:"mean_control,optional"`
	Missing     *float64 `parquet:"missing,optional"`
	Truth       *float64 `parquet:"truth,optional"`
}

// rowGroup bounds the rows of a row group of the Parquet file, which the writer
// holds in memory.
const rowGroup = 1 << 16

// estimateFiles are the estimates of the first replicates, as Parquet and as
// CSV. They are read off the parts one block at a time.
func (f *Folder) estimateFiles(replicates int) []File {
	files := []File{
		{"estimates.parquet", func(w io.Writer) error { return f.writeParquet(w, replicates) }},
		{"estimates.csv", func(w io.Writer) error { return f.writeCSV(w, replicates) }},
	}
	if len(f.layout.Drawn) > 0 {
		files = append(files, File{parametersName, func(w io.Writer) error { return f.writeParameters(w, replicates) }})
	}
	return files
}

// parametersName is the file of what trials have drawn.
const parametersName = "parameters.csv"

// writeParameters writes what the first replicates have drawn.
func (f *Folder) writeParameters(out io.Writer, replicates int) error {
	w := csv.NewWriter(out)
	if err := w.Write(append([]string{"replicate"}, f.layout.Drawn...)); err != nil {
		return err
	}
	line := make([]string, 1+len(f.layout.Drawn))
	err := f.eachRow(replicates, func(replicate int, row []float64) error {
		line[0] = strconv.Itoa(replicate)
		for k, x := range f.layout.DrawnIn(row) {
			line[k+1] = strconv.FormatFloat(x, 'g', -1, 64)
		}
		return w.Write(line)
	})
	if err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// eachFit calls visit for every analysis of the first replicates, in order.
func (f *Folder) eachFit(replicates int, visit func(replicate, key int, fit *analysis.Fit) error) error {
	return f.eachRow(replicates, func(replicate int, row []float64) error {
		for key := range f.layout.Keys {
			fit := f.layout.Fit(row, key)
			if err := visit(replicate, key, &fit); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachRow calls visit for the row of each of the first replicates, in order.
func (f *Folder) eachRow(replicates int, visit func(replicate int, row []float64) error) error {
	for k := 0; k*analysis.BlockSize < replicates; k++ {
		b, err := f.Read(k)
		if err != nil {
			return err
		}
		for r, row := range b.Rows {
			if b.First+r >= replicates {
				break
			}
			if err := visit(b.First+r, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// named is a row of every analysis, without its numbers.
func (f *Folder) named() []estimateRow {
	rows := make([]estimateRow, len(f.layout.Keys))
	for k, key := range f.layout.Keys {
		rows[k] = estimateRow{Outcome: key.Outcome, Subgroup: key.Subgroup, Contrast: key.Contrast, Method: key.Method, Set: string(key.Set)}
		if e, ok := estimate.Lookup(key.Method); ok {
			rows[k].Effect = string(e.Method().Measure)
		}
	}
	return rows
}

// numbers are a fit's, in the order of the columns.
func numbers(f *analysis.Fit) [14]float64 {
	return [...]float64{f.Value, f.SE, f.DF, f.Low, f.High, f.Stat, f.P, f.SMD, f.N1, f.N0, f.Mean1, f.Mean0, f.Missing, f.Truth}
}

// undefined tells numbers that are written as missing.
func undefined(x float64) bool { return x-x != 0 } // neither NaN nor an infinity less itself is 0

// setNumbers points the row at numbers, but for those that are undefined.
func (r *estimateRow) setNumbers(x *[14]float64) {
	for k, column := range []**float64{&r.Estimate, &r.SE, &r.DF, &r.Low, &r.High, &r.Stat, &r.P, &r.SMD,
		&r.NTreated, &r.NControl, &r.MeanTreated, &r.MeanControl, &r.Missing, &r.Truth} {
		if *column = &x[k]; undefined(x[k]) {
			*column = nil
		}
	}
}

func (f *Folder) writeParquet(out io.Writer, replicates int) error {
	w := parquet.NewGenericWriter[estimateRow](out, parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(rowGroup),
		parquet.CreatedBy("caseload", fmt.Sprint(analysis.ModelVersion), ""),
		parquet.KeyValueMetadata("caseload.hash", f.manifest.Hash),
		parquet.KeyValueMetadata("caseload.seed", strconv.FormatInt(f.manifest.Seed, 10)),
		parquet.KeyValueMetadata("caseload.model_version", strconv.Itoa(f.manifest.ModelVersion)))
	const batch = 1024
	named, rows, cells := f.named(), make([]estimateRow, 0, batch), make([][14]float64, batch)
	flush := func() error {
		_, err := w.Write(rows)
		rows = rows[:0]
		return err
	}
	err := f.eachFit(replicates, func(replicate, key int, fit *analysis.Fit) error {
		row, x := named[key], &cells[len(rows)]
		*x = numbers(fit)
		row.Replicate, row.Status = int64(replicate), fit.Status.String()
		row.setNumbers(x)
		if rows = append(rows, row); len(rows) < batch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	return w.Close()
}

func (f *Folder) writeCSV(w io.Writer, replicates int) error {
	var head []string
	for _, path := range parquet.SchemaOf(estimateRow{}).Columns() {
		head = append(head, path[0])
	}
	if err := csv.NewWriter(w).WriteAll([][]string{head}); err != nil {
		return err
	}
	names, err := f.csvNames()
	if err != nil {
		return err
	}
	var line []byte
	return f.eachFit(replicates, func(replicate, key int, fit *analysis.Fit) error {
		line = strconv.AppendInt(line[:0], int64(replicate), 10)
		line = append(append(line, ','), names[key]...)
		line = append(append(line, ','), fit.Status.String()...)
		for _, x := range numbers(fit) {
			if line = append(line, ','); !undefined(x) {
				line = strconv.AppendFloat(line, x, 'g', -1, 64)
			}
		}
		_, err := w.Write(append(line, '\n'))
		return err
	})
}

// csvNames are the names of every analysis as they stand in a line of CSV.
func (f *Folder) csvNames() ([]string, error) {
	var names []string
	for _, r := range f.named() {
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll([][]string{{r.Outcome, r.Subgroup, r.Contrast, r.Method, r.Set, r.Effect}}); err != nil {
			return nil, err
		}
		names = append(names, string(bytes.TrimRight(b.Bytes(), "\n")))
	}
	return names, nil
}
